// SPDX-License-Identifier: Apache-2.0
#include "lab/report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/report/document.hpp"
#include "lab/report/text_width.hpp"

namespace samebits::lab {
namespace {

constexpr double kWidth = 520;
constexpr double kFont = 13;
constexpr double kCharacter = 0.56 * kFont;  // its width
constexpr double kRow = 32;
constexpr double kBar = 17;
constexpr double kHead = 24;     // above the rows, for a title or a mark
constexpr double kFoot = 28;     // below them, for the numbers of the scale
constexpr double kFigures = 74;  // right of the scale

class PanelDrawing {
 public:
  PanelDrawing(double left, std::string& shapes) : left_(left), shapes_(shapes) {}

  /// Draws it below `top`; gives where it ends.
  double draw(const Panel& panel, double top) {
    const bool headed = !panel.title.empty() || panel.mark.at >= 0;
    const double rows = top + (headed ? kHead : 6);
    const double bottom = rows + kRow * static_cast<double>(panel.rows.size());
    for (const Tick& tick : panel.ticks) line(x(tick.at), rows, x(tick.at), bottom, Ink::grid);
    label(panel.ticks, bottom + 13);
    text(0, top + kHead / 2, panel.title, "start", Ink::muted);
    for (std::size_t i = 0; i < panel.rows.size(); ++i) {
      row(panel.rows[i], rows + kRow * (static_cast<double>(i) + 0.5));
    }
    if (panel.mark.at >= 0) {
      line(x(panel.mark.at), rows - 2, x(panel.mark.at), bottom, Ink::copy, "6 4");
      text(x(panel.mark.at), top + kHead / 2, panel.mark.label, "middle", Ink::copy);
    }
    return bottom + kFoot;
  }

 private:
  /// From the right end on, as many labels as do not touch.
  void label(const std::vector<Tick>& ticks, double y) {
    double free = kWidth;
    for (auto tick = ticks.rbegin(); tick != ticks.rend(); ++tick) {
      const double half = 0.5 * kCharacter * display_width(tick->label);
      if (x(tick->at) + half > free) continue;
      text(x(tick->at), y, tick->label, "middle", Ink::muted);
      free = x(tick->at) - half - kCharacter;
    }
  }

  double x(double place) const { return left_ + (kWidth - kFigures - left_) * place; }

  void row(const BarRow& row, double y) {
    text(left_ - 8, y, row.name, "end", Ink::text);
    double end = 0;
    for (const auto& [length, ink] : row.pieces) {
      shapes_ += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\"/>\n", x(end),
          y - kBar / 2, x(length) - left_, kBar, page_colour(ink));
      end += length;
    }
    if (row.low >= 0) {
      const double high = std::min(row.high, 1.0);
      line(x(row.low), y, x(high), y, Ink::text);
      line(x(row.low), y - 3.5, x(row.low), y + 3.5, Ink::text);
      // No end mark where the line goes on beyond the picture.
      if (high == row.high) line(x(high), y - 3.5, x(high), y + 3.5, Ink::text);
      end = std::max(end, high);
    }
    text(x(end) + 7, y, row.figure, "start", Ink::text);
  }
  void line(double x0, double y0, double x1, double y1, Ink ink, const char* dashes = "none") {
    shapes_ += fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
        "stroke-width=\"1.4\" stroke-dasharray=\"{}\"/>\n",
        x0, y0, x1, y1, page_colour(ink), dashes);
  }
  void text(double x, double y, const std::string& text, const char* anchor, Ink ink) {
    shapes_ +=
        fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\">{}</text>\n", x,
                    y + 0.35 * kFont, anchor, page_colour(ink), doc::html_escaped(text));
  }

  double left_;
  std::string& shapes_;
};

}  // namespace

std::string page_colour(Ink ink) {
  static constexpr const char* kNames[] = {"text", "grid", "muted", "copy", "same", "runs", "none",
                                           "ulp0", "ulp1", "ulp2",  "ulp3", "ulp4", "ulp5"};
  return fmt::format("var(--{})", kNames[static_cast<std::size_t>(ink)]);
}

std::string draw(const std::vector<Panel>& panels) {
  int widest = 0;
  for (const Panel& panel : panels) {
    for (const BarRow& row : panel.rows) widest = std::max(widest, display_width(row.name));
  }
  std::string shapes;
  PanelDrawing drawing(kCharacter * widest + 14, shapes);
  double height = 0;
  for (const Panel& panel : panels) height = drawing.draw(panel, height);
  return fmt::format("viewBox=\"0 0 {} {}\" font-size=\"{}\">\n{}</svg>", kWidth, height, kFont,
                     shapes);
}

std::vector<double> round_numbers(double limit) {
  if (!(limit > 0.0) || !std::isfinite(limit)) return {0.0};
  const double about = limit / 4.5;
  const double unit = std::pow(10.0, std::floor(std::log10(about)));
  double step = unit;
  for (const double times : {2.0, 5.0, 10.0}) {
    if (step < about) step = times * unit;
  }
  std::vector<double> numbers;
  for (int i = 0; i * step <= limit * 1.0001; ++i) numbers.push_back(i * step);
  return numbers;
}

std::vector<Tick> share_ticks() {
  return {{0, "0 %"}, {0.25, "25 %"}, {0.5, "50 %"}, {0.75, "75 %"}, {1, "100 %"}};
}

}  // namespace samebits::lab
