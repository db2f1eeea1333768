// SPDX-License-Identifier: Apache-2.0
#include "lab/report/compare_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/report/compare_words.hpp"
#include "lab/report/svg.hpp"

namespace samebits::lab {
namespace {

using Results = std::vector<const MethodResult*>;

Results measured(const InputResult& input) {
  Results results;
  for (const MethodResult& result : input.results) {
    if (result.measured()) results.push_back(&result);
  }
  return results;
}

Ink ink_of(Sameness sameness) {
  static constexpr Ink kInk[] = {Ink::same, Ink::runs, Ink::none};
  return kInk[static_cast<std::size_t>(sameness)];
}

std::vector<doc::LegendEntry> sameness_legend(const Results& results, Language language) {
  static constexpr Word kTexts[] = {Word::legend_same, Word::legend_runs, Word::legend_none};
  std::vector<doc::LegendEntry> legend;
  for (const Sameness sameness : {Sameness::always, Sameness::every_run, Sameness::none}) {
    if (std::ranges::any_of(results, [&](auto* r) { return sameness_of(*r) == sameness; })) {
      legend.push_back({page_colour(ink_of(sameness)),
                        say(language, kTexts[static_cast<std::size_t>(sameness)])});
    }
  }
  return legend;
}

/// Where a time axis ends: an outlier must not squeeze everything else.
double time_limit(const Results& results, double copy) {
  double median = copy;
  double most = copy;
  for (const MethodResult* r : results) {
    median = std::max(median, r->time_ms.median);
    most = std::max(most, r->time_ms.p90);
  }
  return std::max(1e-9, std::min(most, 1.5 * median));
}

/// The methods of one device and its copy, on one scale.
class TimePanel {
 public:
  TimePanel(Svg& svg, const Results& results, const TimeSummary& copy, double left)
      : svg_(svg),
        results_(results),
        copy_(copy.median),
        left_(left),
        limit_(time_limit(results, copy_)) {}

  /// Draws it below `top`; gives where it ends.
  double draw(double top, const std::string& title, const TimeFormat& format, Language language) {
    const double rows = top + kHead;
    const double bottom = rows + kRowHeight * static_cast<double>(results_.size());
    for (const double ms : ticks(limit_)) {
      svg_.line(x(ms), rows, x(ms), bottom, Ink::grid);
      svg_.text(x(ms), bottom + 13, fmt::format("{:g}", ms), Anchor::middle, Ink::muted);
    }
    svg_.text(0, top + kHead / 2, title, Anchor::start, Ink::muted);
    double y = rows + kRowHeight / 2;
    for (const MethodResult* result : results_) {
      bar(*result, y, format, language);
      y += kRowHeight;
    }
    if (copy_ > 0) {
      svg_.line(x(copy_), rows - 2, x(copy_), bottom, Ink::copy, "6 4");
      const bool near = x(copy_) > Svg::kWidth - 60;
      svg_.text(near ? Svg::kWidth : x(copy_), top + kHead / 2, say(language, Word::copy_row),
                near ? Anchor::end : Anchor::middle, Ink::copy);
    }
    return bottom + kFoot;
  }

 private:
  static constexpr double kHead = 24;
  static constexpr double kFoot = 28;
  static constexpr double kFigures = 64;

  double x(double ms) const { return left_ + (Svg::kWidth - kFigures - left_) * ms / limit_; }

  void bar(const MethodResult& result, double y, const TimeFormat& format, Language language) {
    const TimeSummary& time = result.time_ms;
    const double end = std::min(time.p90, limit_);
    svg_.text(left_ - 8, y, bare_method_name(result.method, language), Anchor::end, Ink::text);
    svg_.box(left_, y - kBarHeight / 2, x(time.median) - left_, kBarHeight,
             ink_of(sameness_of(result)));
    svg_.line(x(time.p10), y, x(end), y, Ink::text);
    svg_.line(x(time.p10), y - 3.5, x(time.p10), y + 3.5, Ink::text);
    // No end mark where the line goes on beyond the picture.
    if (end == time.p90) svg_.line(x(end), y - 3.5, x(end), y + 3.5, Ink::text);
    svg_.text(x(std::max(end, time.median)) + 6, y, format.text(time.median), Anchor::start,
              Ink::text);
  }

  Svg& svg_;
  const Results& results_;
  double copy_;
  double left_;
  double limit_;
};

/// Classes of distances that belong together in a bar, and how a legend calls them.
struct Band {
  std::size_t first;
  std::size_t last;
  Ink ink;
  const char* text;  ///< null: from the language
};
constexpr Band kBands[] = {
    {0, 0, Ink::ulp0, nullptr},   {1, 1, Ink::ulp1, "1 ulp"},
    {2, 2, Ink::ulp2, "2 ulp"},   {3, 3, Ink::ulp3, "3–4 ulp"},
    {4, 4, Ink::ulp4, "5–8 ulp"}, {5, UlpHistogram::kClasses - 1, Ink::ulp5, nullptr}};

double share_of(const UlpHistogram& histogram, const Band& band) {
  double share = 0.0;
  for (std::size_t i = band.first; i <= band.last; ++i) share += histogram.share(i);
  return share;
}

/// Grouped bars over classes of distances, on a logarithmic scale of shares.
class RunsDrawing {
 public:
  explicit RunsDrawing(const Results& results) : results_(results) {
    double least = 1.0;
    for (const MethodResult* r : results) {
      for (std::size_t i = 1; i < UlpHistogram::kClasses; ++i) {
        const double share = r->repeatability.differences.share(i);
        if (share <= 0) continue;
        last_ = std::max(last_, i);
        least = std::min(least, share);
      }
    }
    lowest_ = std::floor(std::log10(least)) - 0.5;
  }

  std::string draw(Language language) {
    for (double decade = std::ceil(lowest_); decade <= 0; ++decade) {
      const double at = y(std::pow(10.0, decade));
      svg_.line(kLeft, at, Svg::kWidth, at, Ink::grid);
      svg_.text(kLeft - 8, at, fmt::format("{:g}", 100 * std::pow(10.0, decade)), Anchor::end,
                Ink::muted);
    }
    for (std::size_t i = 1; i <= last_; ++i) {
      const double middle = kLeft + step() * (static_cast<double>(i) - 0.5);
      svg_.text(middle, kBottom + 14, ulp_class_text(i), Anchor::middle, Ink::text);
      for (std::size_t k = 0; k < results_.size(); ++k) bar(i, k, middle);
    }
    svg_.text((kLeft + Svg::kWidth) / 2, kBottom + 36, say(language, Word::ulp_axis),
              Anchor::middle, Ink::muted);
    svg_.text(12, (kTop + kBottom) / 2, say(language, Word::share_axis), Anchor::middle, Ink::muted,
              true);
    return svg_.take(kBottom + 48);
  }

  static Ink ink(std::size_t k) {
    static constexpr Ink kInk[] = {Ink::none, Ink::runs, Ink::ulp4, Ink::ulp2, Ink::copy};
    return kInk[k % std::size(kInk)];
  }

 private:
  static constexpr double kLeft = 84;
  static constexpr double kTop = 24;
  static constexpr double kBottom = 220;

  double step() const { return (Svg::kWidth - kLeft) / static_cast<double>(last_); }
  double y(double share) const {
    return kBottom - (kBottom - kTop) * (std::log10(share) - lowest_) / -lowest_;
  }
  void bar(std::size_t i, std::size_t k, double middle) {
    const double share = results_[k]->repeatability.differences.share(i);
    if (share <= 0) return;
    const double width = 0.62 * step() / static_cast<double>(results_.size());
    const double left = middle - 0.31 * step() + width * static_cast<double>(k);
    svg_.box(left, y(share), width * 0.96, kBottom - y(share), ink(k));
    svg_.text(left + width * 0.48, y(share) - 9, percent(share), Anchor::middle, Ink::text);
  }

  const Results& results_;
  Svg svg_;
  std::size_t last_ = 3;
  double lowest_ = 0;  ///< exponent of the share at the foot
};

}  // namespace

doc::Picture time_picture(const InputResult& input, Language language) {
  const Results results = measured(input);
  doc::Picture picture{.title = say(language, Word::time_picture),
                       .caption = say(language, Word::time_caption),
                       .legend = sameness_legend(results, language)};
  std::vector<std::string> devices, names;
  for (const MethodResult* r : results) {
    names.push_back(bare_method_name(r->method, language));
    if (std::ranges::count(devices, r->device) == 0) devices.push_back(r->device);
  }
  const bool many = devices.size() > 1;
  if (many) {
    picture.caption += space(language);
    picture.caption += say(language, Word::time_scales);
  }
  const TimeFormat format(input);
  Svg svg;
  double y = 0;
  for (const std::string& device : devices) {
    Results own;
    std::ranges::copy_if(results, std::back_inserter(own),
                         [&](auto* r) { return r->device == device; });
    TimePanel panel(svg, own, copy_on(input, device).time_ms, names_width(names));
    y = panel.draw(y, many ? device : "", format, language);
  }
  if (!results.empty()) picture.svg = svg.take(y);
  return picture;
}

doc::Picture runs_picture(const CompareReport& report, const InputResult& input,
                          Language language) {
  Results results = measured(input);
  std::erase_if(results, [](auto* r) { return r->deterministic(); });
  doc::Picture picture{.title = say(language, Word::runs_picture),
                       .caption = say(language, Word::runs_caption),
                       .wide = true};
  if (results.empty()) {
    picture.caption = say(language, Word::runs_none);
    return picture;
  }
  for (std::size_t k = 0; k < results.size(); ++k) {
    const MethodResult& r = *results[k];
    const Repeatability& seen = r.repeatability;
    picture.legend.push_back(
        {page_colour(RunsDrawing::ink(k)),
         fmt::format("{}: {}", short_method_name(report, r.method, r.device, language),
                     say(language, Word::differing_runs, seen.differing_runs, seen.runs))});
  }
  picture.svg = RunsDrawing(results).draw(language);
  return picture;
}

doc::Picture error_picture(const CompareReport& report, const InputResult& input,
                           Language language) {
  const Results results = measured(input);
  doc::Picture picture{.title = say(language, Word::error_picture),
                       .caption = say(language, Word::error_caption)};
  for (const Band& band : kBands) {
    if (std::ranges::none_of(results,
                             [&](auto* r) { return share_of(r->correctness.errors, band) > 0; })) {
      continue;
    }
    const Word own = band.first == 0 ? Word::right_class : Word::more_class;
    picture.legend.push_back(
        {page_colour(band.ink), band.text != nullptr ? band.text : say(language, own)});
  }
  std::vector<BarRow> rows;
  for (const MethodResult* r : results) {
    BarRow row{short_method_name(report, r->method, r->device, language),
               {},
               percent(r->correctness.correctly_rounded_share)};
    for (const Band& band : kBands) {
      const double share = share_of(r->correctness.errors, band);
      if (share > 0) row.shares.emplace_back(share, band.ink);
    }
    rows.push_back(std::move(row));
  }
  if (!rows.empty()) picture.svg = draw_bars(rows);
  return picture;
}

}  // namespace samebits::lab
