// SPDX-License-Identifier: Apache-2.0
#include "lab/report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/report/document.hpp"
#include "lab/report/text_width.hpp"

namespace samebits::lab {

std::string page_colour(Ink ink) {
  static constexpr const char* kNames[] = {"text", "grid", "muted", "copy", "same", "runs", "none",
                                           "ulp0", "ulp1", "ulp2",  "ulp3", "ulp4", "ulp5"};
  return fmt::format("var(--{})", kNames[static_cast<std::size_t>(ink)]);
}

void Svg::box(double x, double y, double width, double height, Ink ink) {
  shapes_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n", x, y,
      width, height, page_colour(ink));
}

void Svg::line(double x0, double y0, double x1, double y1, Ink ink, const char* dashes) {
  shapes_ += fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
      "stroke-width=\"1.4\" stroke-dasharray=\"{}\"/>\n",
      x0, y0, x1, y1, page_colour(ink), dashes);
}

void Svg::text(double x, double y, const std::string& text, Anchor anchor, Ink ink, bool upwards) {
  static constexpr const char* kAnchors[] = {"start", "middle", "end"};
  const std::string turn =
      upwards ? fmt::format(" transform=\"rotate(-90 {:.1f} {:.1f})\"", x, y) : "";
  shapes_ +=
      fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\"{}>{}</text>\n", x,
                  y + (upwards ? 0.0 : 0.35 * kFont), kAnchors[static_cast<std::size_t>(anchor)],
                  page_colour(ink), turn, doc::html_escaped(text));
}

std::string Svg::take(double height) const {
  return fmt::format("viewBox=\"0 0 {:.0f} {:.0f}\" font-size=\"{:.0f}\">\n{}</svg>", kWidth,
                     height, kFont, shapes_);
}

double names_width(const std::vector<std::string>& names) {
  constexpr double kCharacter = 0.56 * Svg::kFont;
  int widest = 0;
  for (const std::string& name : names) widest = std::max(widest, display_width(name));
  return kCharacter * widest + 14;
}

std::vector<double> ticks(double limit) {
  if (!(limit > 0.0) || !std::isfinite(limit)) return {0.0};
  constexpr double kAbout = 4.0;
  const double unit = std::pow(10.0, std::floor(std::log10(limit / kAbout)));
  double step = unit;
  for (const double times : {2.0, 5.0, 10.0}) {
    if (step < limit / kAbout * 0.9) step = times * unit;
  }
  std::vector<double> places;
  for (int i = 0; i * step <= limit * 1.0001; ++i) places.push_back(i * step);
  return places;
}

std::string draw_bars(const std::vector<BarRow>& rows) {
  constexpr double kFigures = 76;
  std::vector<std::string> names;
  for (const BarRow& row : rows) names.push_back(row.name);
  const double left = names_width(names);
  const double scale = Svg::kWidth - kFigures - left;
  const double bottom = 6 + kRowHeight * static_cast<double>(rows.size());
  Svg svg;
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double x = left + scale * percent / 100;
    svg.line(x, 6, x, bottom, Ink::grid);
    svg.text(x, bottom + 14, fmt::format("{} %", percent), Anchor::middle, Ink::muted);
  }
  double y = 6 + kRowHeight / 2;
  for (const BarRow& row : rows) {
    svg.text(left - 8, y, row.name, Anchor::end, Ink::text);
    double x = left;
    for (const auto& [share, ink] : row.shares) {
      svg.box(x, y - kBarHeight / 2, scale * share, kBarHeight, ink);
      x += scale * share;
    }
    svg.text(left + scale + 8, y, row.figure, Anchor::start, Ink::text);
    y += kRowHeight;
  }
  return svg.take(bottom + 26);
}

}  // namespace samebits::lab
