// SPDX-License-Identifier: Apache-2.0
#include "lab/report_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/report_text.hpp"
#include "lab/report_words.hpp"
#include "lab/text_width.hpp"

namespace samebits::lab {
namespace {

constexpr int kWidth = 520;
constexpr int kRowHeight = 32;
constexpr int kFrame = 62;  // above and below the rows
constexpr double kCharacter = 7.6;

using Results = std::vector<const MethodResult*>;

Results measured(const InputResult& input) {
  Results results;
  for (const MethodResult& result : input.results) {
    if (result.measured()) results.push_back(&result);
  }
  return results;
}

std::string name(const CompareReport& report, const MethodResult& r, Language language) {
  return short_method_name(report, r.method, r.device, language);
}

/// What all pictures share: size, fonts, no frame, faint grid lines.
std::string beginning(int height, const char* grid) {
  return fmt::format(
      "set encoding utf8\n"
      "set terminal svg size {0},{1} dynamic noenhanced font 'sans-serif,13' linewidth 1\n"
      "unset key\nset border 0\nset tics scale 0 textcolor rgb '{2}'\n"
      "set grid {3} lt 1 lc rgb '{4}' lw 1\n",
      kWidth, height, script_colour(Ink::muted), grid, script_colour(Ink::grid));
}

/// Rows from top to bottom, each with its name at the left.
std::string named_rows(const CompareReport& report, const Results& results, Language language) {
  std::string tics;
  int widest = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string text = name(report, *results[i], language);
    widest = std::max(widest, display_width(text));
    tics += fmt::format("{}{} {}", i > 0 ? ", " : "", gnuplot_quoted(text), results.size() - i);
  }
  return fmt::format(
      "set lmargin at screen {:.3f}\nset yrange [0.4:{}.6]\n"
      "set ytics ({}) textcolor rgb '{}'\n",
      (widest * kCharacter + 14) / kWidth, results.size(), tics, script_colour(Ink::text));
}

int rows_height(const Results& results) {
  return kFrame + kRowHeight * static_cast<int>(results.size());
}

Ink ink_of(Sameness sameness) {
  static constexpr Ink kInk[] = {Ink::same, Ink::runs, Ink::none};
  return kInk[static_cast<std::size_t>(sameness)];
}

std::vector<LegendEntry> sameness_legend(const Results& results, Language language) {
  static constexpr Phrase kTexts[] = {phrase::kLegendSame, phrase::kLegendRuns,
                                      phrase::kLegendNone};
  std::vector<LegendEntry> legend;
  for (const Sameness sameness : {Sameness::always, Sameness::every_run, Sameness::none}) {
    if (std::ranges::any_of(results, [&](auto* r) { return sameness_of(*r) == sameness; })) {
      legend.push_back(
          {ink_of(sameness), std::string(kTexts[static_cast<std::size_t>(sameness)].in(language))});
    }
  }
  return legend;
}

/// A filled rectangle as a gnuplot object.
std::string box(double left, double bottom, double right, double top, Ink ink) {
  return fmt::format(
      "set object rectangle from {:.9g},{:.9g} to {:.9g},{:.9g} fc rgb '{}' fs solid noborder\n",
      left, bottom, right, top, script_colour(ink));
}

std::string label(double x, double y, const std::string& text, const char* place, Ink ink) {
  return fmt::format("set label {} at {:.9g},{:.9g} {} textcolor rgb '{}'\n", gnuplot_quoted(text),
                     x, y, place, script_colour(ink));
}

std::string line(double x0, double y0, double x1, double y1, Ink ink, double width) {
  return fmt::format("set arrow from {:.9g},{:.9g} to {:.9g},{:.9g} nohead lc rgb '{}' lw {}\n", x0,
                     y0, x1, y1, script_colour(ink), width);
}

/// Everything is drawn by objects; gnuplot still wants something to plot.
constexpr const char* kEnd = "plot NaN notitle\n";

/// The first and last class of distances that belong together in a stacked bar.
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

std::vector<LegendEntry> band_legend(const Results& results, Language language) {
  std::vector<LegendEntry> legend;
  for (const Band& band : kBands) {
    if (std::ranges::none_of(results,
                             [&](auto* r) { return share_of(r->correctness.errors, band) > 0; })) {
      continue;
    }
    const Phrase& own = band.first == 0 ? phrase::kRightClass : phrase::kMoreClass;
    legend.push_back({band.ink, band.text != nullptr ? band.text : std::string(own.in(language))});
  }
  return legend;
}

/// "1", "3–4", "more than 1024", "NaN".
std::string class_text(std::size_t i) {
  constexpr auto& kUpTo = UlpHistogram::kUpTo;
  if (i == UlpHistogram::kClasses - 1) return "NaN";
  if (i == kUpTo.size()) return fmt::format("> {}", kUpTo.back());
  const std::uint64_t from = i == 0 ? 0 : kUpTo[i - 1] + 1;
  return from >= kUpTo[i] ? fmt::format("{}", kUpTo[i]) : fmt::format("{}–{}", from, kUpTo[i]);
}

/// Where the time axis ends: an outlier must not squeeze everything else.
double time_limit(const InputResult& input, const Results& results) {
  double median = input.copy.time_ms.median;
  double most = median;
  for (const MethodResult* r : results) {
    median = std::max(median, r->time_ms.median);
    most = std::max(most, r->time_ms.p90);
  }
  return std::min(most, 1.5 * median);
}

}  // namespace

Picture time_picture(const CompareReport& report, const InputResult& input, Language language) {
  const Results results = measured(input);
  Picture picture{.script = {},
                  .title = std::string(phrase::kTimePicture.in(language)),
                  .caption = std::string(phrase::kTimeCaption.in(language)),
                  .legend = sameness_legend(results, language)};
  const double copy = input.copy.time_ms.median;
  const double limit = time_limit(input, results);
  const TimeFormat format(input);
  std::string bars;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const TimeSummary& time = results[i]->time_ms;
    const double y = static_cast<double>(results.size() - i);
    const double end = std::min(time.p90, limit);
    bars += box(0, y - 0.27, time.median, y + 0.27, ink_of(sameness_of(*results[i])));
    bars += line(time.p10, y, end, y, Ink::text, 1.4);
    bars += line(time.p10, y - 0.11, time.p10, y + 0.11, Ink::text, 1.4);
    // No end mark where the line goes on beyond the picture.
    if (end == time.p90) bars += line(end, y - 0.11, end, y + 0.11, Ink::text, 1.4);
    bars += label(std::max(end, time.median), y, format.text(time.median),
                  "left offset character 0.8,0", Ink::text);
  }
  picture.script =
      beginning(rows_height(results), "xtics") + named_rows(report, results, language) +
      fmt::format("set xrange [0:{:.9g}]\n", limit * 1.16) + bars +
      fmt::format(
          "set arrow from {0:.9g},graph 0 to {0:.9g},graph 1 nohead "
          "dashtype (6,4) lc rgb '{1}' lw 1.6 front\n"
          "set label {2} at {0:.9g},graph 1.0 center offset 0,0.7 "
          "textcolor rgb '{1}'\n",
          copy, script_colour(Ink::copy), gnuplot_quoted(phrase::kCopyRow.in(language))) +
      "set tmargin 2\n" + kEnd;
  return picture;
}

Picture runs_picture(const CompareReport& report, const InputResult& input, Language language) {
  Results results = measured(input);
  std::erase_if(results, [](auto* r) { return r->deterministic(); });
  Picture picture{.script = {},
                  .title = std::string(phrase::kRunsPicture.in(language)),
                  .caption = std::string(phrase::kRunsCaption.in(language)),
                  .legend = {}};
  if (results.empty()) {
    picture.caption = phrase::kRunsNone.in(language);
    return picture;
  }
  static constexpr Ink kInk[] = {Ink::none, Ink::runs, Ink::ulp4, Ink::ulp2, Ink::copy};
  const auto height_of = [](const MethodResult& r, std::size_t i) {
    return 100.0 * r.repeatability.differences.share(i);
  };
  std::size_t last = 3;
  double least = 1.0;
  for (const MethodResult* r : results) {
    for (std::size_t i = 1; i < UlpHistogram::kClasses; ++i) {
      if (height_of(*r, i) <= 0) continue;
      last = std::max(last, i);
      least = std::min(least, height_of(*r, i));
    }
  }
  const double floor = std::pow(10.0, std::floor(std::log10(least)) - 0.5);
  const double width = 0.62 / static_cast<double>(results.size());
  std::string bars, tics;
  for (std::size_t i = 1; i <= last; ++i) {
    tics += fmt::format("{}{} {}", i > 1 ? ", " : "", gnuplot_quoted(class_text(i)), i);
    for (std::size_t k = 0; k < results.size(); ++k) {
      const double height = height_of(*results[k], i);
      if (height <= 0) continue;
      const double left = static_cast<double>(i) - 0.31 + width * static_cast<double>(k);
      bars += box(left, floor, left + width * 0.96, height, kInk[k % std::size(kInk)]);
      bars += label(left + width * 0.48, height, percent(height / 100),
                    "center offset character 0,0.6", Ink::text);
    }
  }
  for (std::size_t k = 0; k < results.size(); ++k) {
    const Repeatability& seen = results[k]->repeatability;
    picture.legend.push_back(
        {kInk[k % std::size(kInk)],
         fmt::format("{}: {}", name(report, *results[k], language),
                     say(language, phrase::kDifferingRuns, seen.differing_runs, seen.runs))});
  }
  picture.script = beginning(rows_height(measured(input)) + 40, "ytics") +
                   fmt::format(
                       "set logscale y\nset format y '%g'\nset yrange [{:.9g}:400]\n"
                       "set xrange [0.4:{}.6]\nset xtics ({}) textcolor rgb '{}'\n"
                       "set xlabel {} textcolor rgb '{}'\nset ylabel {} textcolor rgb '{}'\n",
                       floor, last, tics, script_colour(Ink::text),
                       gnuplot_quoted(phrase::kUlpAxis.in(language)), script_colour(Ink::muted),
                       gnuplot_quoted(phrase::kShareAxis.in(language)), script_colour(Ink::muted)) +
                   bars + kEnd;
  return picture;
}

Picture error_picture(const CompareReport& report, const InputResult& input, Language language) {
  const Results results = measured(input);
  Picture picture{.script = {},
                  .title = std::string(phrase::kErrorPicture.in(language)),
                  .caption = std::string(phrase::kErrorCaption.in(language)),
                  .legend = band_legend(results, language)};
  std::string bars;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const double y = static_cast<double>(results.size() - i);
    double left = 0.0;
    for (const Band& band : kBands) {
      const double share = 100.0 * share_of(results[i]->correctness.errors, band);
      if (share <= 0) continue;
      bars += box(left, y - 0.27, left + share, y + 0.27, band.ink);
      left += share;
    }
    bars += label(100, y, percent(results[i]->correctness.correctly_rounded_share),
                  "left offset character 0.8,0", Ink::text);
  }
  picture.script =
      beginning(rows_height(results), "xtics") + named_rows(report, results, language) +
      "set xrange [0:100]\nset xtics 25 format '%g %%'\nset rmargin 11\n" + bars + kEnd;
  return picture;
}

}  // namespace samebits::lab
