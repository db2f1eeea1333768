// SPDX-License-Identifier: Apache-2.0
//
// Drawings that stand inside a page, and take their colours and fonts from it.
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

enum class Anchor { start, middle, end };

class Svg {
 public:
  static constexpr double kWidth = 520;
  static constexpr double kFont = 13;

  void box(double x, double y, double width, double height, Ink ink);
  void line(double x0, double y0, double x1, double y1, Ink ink, const char* dashes = "");
  /// The middle of the line of text is at `y`.
  void text(double x, double y, const std::string& text, Anchor anchor, Ink ink,
            bool upwards = false);
  /// What follows "<svg " in the page.
  std::string take(double height) const;

 private:
  std::string shapes_;
};

/// Room for the longest of `names` at the left of a drawing.
double names_width(const std::vector<std::string>& names);

/// Round numbers from 0 to `limit`, four or so.
std::vector<double> ticks(double limit);

/// A name, a bar in pieces of the whole, and a figure at the right.
struct BarRow {
  std::string name;
  std::vector<std::pair<double, Ink>> shares;
  std::string figure;
};
std::string draw_bars(const std::vector<BarRow>& rows);

/// Where the rows of a drawing are.
inline constexpr double kRowHeight = 32;
inline constexpr double kBarHeight = 17;

}  // namespace samebits::lab
