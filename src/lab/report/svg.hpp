// SPDX-License-Identifier: Apache-2.0
//
// Bars beside names, as SVG that stands inside a page and takes its colours and fonts from it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace samebits::lab {

/// Colours of page.css, which has them for light and for dark.
enum class Ink {
  text,
  grid,
  muted,
  copy,
  same,  ///< same bits in every run and batch
  runs,  ///< in every run
  none,
  ulp0,  ///< distances: right, then ever further
  ulp1,
  ulp2,
  ulp3,
  ulp4,
  ulp5,
};
/// "var(--text)"
std::string page_colour(Ink ink);

/// Places are from 0, the left end of all bars, to 1, the right end of the scale.
struct BarRow {
  std::string name;
  std::vector<std::pair<double, Ink>> pieces;  ///< lengths, one after the other
  std::string figure;                          ///< at the end
  double low = -1;                             ///< a line across the end of the bar, from here
  double high = -1;
};
struct Tick {
  double at;
  std::string label;
};
struct Panel {
  std::string title;
  std::vector<BarRow> rows;
  std::vector<Tick> ticks;
  Tick mark{-1, {}};  ///< a dashed line across the rows
};

/// What follows "<svg " in a page: the panels, one below the other.
std::string draw(const std::vector<Panel>& panels);

/// Round numbers from 0 to `limit`, four or so.
std::vector<double> round_numbers(double limit);
/// A scale of shares: 0 % to 100 %.
std::vector<Tick> share_ticks();

}  // namespace samebits::lab
