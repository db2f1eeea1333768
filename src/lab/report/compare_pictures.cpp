// SPDX-License-Identifier: Apache-2.0
#include "lab/report/compare_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "lab/report/compare_parts.hpp"
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

/// Of one device: from 0 to `limit`, or by powers of ten where a linear scale would squash the
/// bars.
class TimeScale {
 public:
  TimeScale(const Results& results, double copy) : limit_(time_limit(results, copy)) {
    double least = copy > 0 ? copy : limit_;
    for (const MethodResult* r : results) {
      if (r->time_ms.p10 > 0) least = std::min(least, r->time_ms.p10);
    }
    if (limit_ > kMostTimes * least) lowest_ = std::floor(std::log10(least));
  }

  bool logarithmic() const { return lowest_.has_value(); }
  double place(double ms) const {
    if (!lowest_) return ms / limit_;
    return std::max(0.0, (std::log10(ms) - *lowest_) / (std::log10(limit_) - *lowest_));
  }
  std::vector<Tick> ticks() const {
    std::vector<double> times;
    if (lowest_) {
      for (double power = *lowest_; std::pow(10.0, power) <= limit_; ++power) {
        times.push_back(std::pow(10.0, power));
      }
    } else {
      times = round_numbers(limit_);
    }
    std::vector<Tick> ticks;
    ticks.reserve(times.size());
    for (const double ms : times) ticks.push_back({place(ms), fmt::format("{:g}", ms)});
    return ticks;
  }

 private:
  static constexpr double kMostTimes = 25;
  double limit_;
  std::optional<double> lowest_;  ///< power of ten at the left
};

/// The methods of one device beside its copy.
Panel time_panel(const InputResult& input, const Results& results, const std::string& device,
                 const TimeFormat& format, Language language) {
  const double copy = copy_on(input, device).time_ms.median;
  const TimeScale scale(results, copy);
  Panel panel{.title = scale.logarithmic() ? say(language, Word::logarithmic) : "",
              .rows = {},
              .ticks = scale.ticks(),
              .mark = {scale.place(copy), say(language, Word::copy_row)}};
  for (const MethodResult* r : results) {
    const TimeSummary& time = r->time_ms;
    panel.rows.push_back({.name = bare_method_name(r->method, language),
                          .pieces = {{scale.place(time.median), ink_of(sameness_of(*r))}},
                          .figure = format.text(time.median),
                          .low = scale.place(time.p10),
                          .high = scale.place(time.p90)});
  }
  return panel;
}

}  // namespace

doc::Picture time_picture(const InputResult& input, Language language) {
  const Results results = measured(input);
  doc::Picture picture{.title = say(language, Word::time_picture),
                       .caption = say(language, Word::time_caption),
                       .legend = sameness_legend(results, language)};
  std::vector<std::string> devices;
  for (const MethodResult* r : results) {
    if (std::ranges::count(devices, r->device) == 0) devices.push_back(r->device);
  }
  std::vector<Panel> panels;
  for (const std::string& device : devices) {
    Results own = results;
    std::erase_if(own, [&](auto* r) { return r->device != device; });
    panels.push_back(time_panel(input, own, device, TimeFormat(input), language));
    std::string& title = panels.back().title;
    if (devices.size() > 1) {
      title = title.empty() ? device : fmt::format("{}, {}", device, title);
    }
  }
  if (devices.size() > 1) {
    picture.caption += space(language);
    picture.caption += say(language, Word::time_scales);
  }
  picture.svg = draw(panels);
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
  double least = 0.1;
  for (const MethodResult* r : results) {
    for (std::size_t i = 1; i < UlpHistogram::kClasses; ++i) {
      const double share = r->repeatability.differences.share(i);
      if (share > 0) least = std::min(least, share);
    }
  }
  const double lowest = std::floor(std::log10(least)) - 0.5;
  const auto place = [&](double share) { return 1 - std::log10(share) / lowest; };
  std::vector<Tick> ticks;
  for (int decade = static_cast<int>(std::ceil(lowest)); decade <= 0; ++decade) {
    const double share = std::pow(10.0, decade);
    ticks.push_back({place(share), fmt::format("{:g} %", 100 * share)});
  }
  std::vector<Panel> panels;
  for (const MethodResult* r : results) {
    const Repeatability& seen = r->repeatability;
    panels.push_back(
        {.title = fmt::format("{}: {}", short_method_name(report, r->method, r->device, language),
                              say(language, Word::differing_runs, seen.differing_runs, seen.runs)),
         .rows = {},
         .ticks = ticks});
    for (std::size_t i = 1; i < UlpHistogram::kClasses; ++i) {
      const double share = seen.differences.share(i);
      if (share <= 0) continue;
      panels.back().rows.push_back({.name = fmt::format("{} ulp", ulp_class_text(i)),
                                    .pieces = {{place(share), Ink::none}},
                                    .figure = percent(share)});
    }
  }
  picture.svg = draw(panels);
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
  Panel panel{.title = {}, .rows = {}, .ticks = share_ticks()};
  for (const MethodResult* r : results) {
    BarRow row{short_method_name(report, r->method, r->device, language),
               {},
               percent(r->correctness.correctly_rounded_share)};
    for (const Band& band : kBands) {
      row.pieces.emplace_back(share_of(r->correctness.errors, band), band.ink);
    }
    panel.rows.push_back(std::move(row));
  }
  picture.svg = draw({panel});
  return picture;
}

}  // namespace samebits::lab
