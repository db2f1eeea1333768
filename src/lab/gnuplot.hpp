// SPDX-License-Identifier: Apache-2.0
//
// Pictures by gnuplot, run as a child process.
#pragma once

#include <string>
#include <string_view>

namespace samebits::lab {

enum class DrawFailure { none, not_found, failed };

struct Drawing {
  std::string svg;  ///< empty if there was a failure
  DrawFailure failure = DrawFailure::none;
};

/// Runs a gnuplot script that has an SVG terminal, `program` being looked for in PATH, and makes
/// its output fit to stand inside an HTML page: no prologue, no ids but those that begin with
/// `id`, colours from the page's style (see Ink), fonts from the page.
Drawing draw_with_gnuplot(const std::string& script, std::string_view id, std::string_view title,
                          const char* program = "gnuplot");

/// The part of draw_with_gnuplot that needs no gnuplot.
std::string fit_for_page(std::string_view svg, std::string_view id, std::string_view title);

/// A string literal of gnuplot.
std::string gnuplot_quoted(std::string_view text);

/// Colours for scripts, each of which becomes a CSS variable of the page.
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
inline constexpr int kInks = 13;

/// How a script names it: "#010000".
std::string script_colour(Ink ink);
/// How a page names it: "var(--text)".
std::string page_colour(Ink ink);

}  // namespace samebits::lab
