// SPDX-License-Identifier: Apache-2.0
#include "lab/html_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab/html_text.hpp"
#include "lab/report_text.hpp"
#include "lab/report_words.hpp"

namespace samebits::lab {
namespace {

constexpr const char* kGood = "good";
constexpr const char* kMiddling = "middling";
constexpr const char* kBad = "bad";

constexpr int kColumns = 9;

std::string pill(const char* tone, const std::string& text) {
  return fmt::format("<span class=\"pill {}\">{}</span>", tone, html_escaped(text));
}

std::string small(const std::string& text) {
  return fmt::format("<small>{}</small>", html_escaped(text));
}

/// A yes or no, with what was seen below it.
std::string mark(bool yes, const char* otherwise, const std::string& seen, Language language) {
  return fmt::format(
      "<td><span class=\"mark {}\">{} {}</span>{}</td>", yes ? kGood : otherwise, yes ? "✓" : "✗",
      html_escaped((yes ? phrase::kYesWord : phrase::kNoWord).in(language)), small(seen));
}

std::string head(Language language) {
  std::string cells;
  const auto add = [&](const Phrase& phrase, bool number) {
    cells += fmt::format("<th scope=\"col\"{}>{}</th>", number ? " class=\"number\"" : "",
                         html_escaped(phrase.in(language)));
  };
  add(phrase::kMethod, false);
  add(phrase::kMeanTime, true);
  add(phrase::kBandwidth, true);
  add(phrase::kMaxDifference, true);
  add(phrase::kDeterministic, false);
  add(phrase::kBatchInvariant, false);
  add(phrase::kRight, true);
  add(phrase::kTier, false);
  add(phrase::kRecommendation, false);
  return fmt::format("<thead><tr>{}</tr></thead>\n", cells);
}

std::string first_cell(const std::string& name, const std::string& gloss) {
  return fmt::format("<th scope=\"row\">{}{}</th>", html_escaped(name), small(gloss));
}

std::string time_cell(const TimeFormat& format, const TimeSummary& time, Language language) {
  return fmt::format("<td class=\"number\">{}{}{}</td>", format.text(time.mean),
                     small(say(language, phrase::kMedianIs, format.text(time.median))),
                     small(format.spread(time)));
}

std::string speed_cell(double gb_per_s, double copy_fraction, Language language) {
  const double filled = std::clamp(100 * copy_fraction, 0.0, 100.0);
  return fmt::format(
      "<td class=\"number\">{:.1f}{}<span class=\"bar\"><i "
      "style=\"width:{:.0f}%\"></i></span></td>",
      gb_per_s, small(say(language, phrase::kOfCopyIs, whole_percent(copy_fraction))), filled);
}

std::string difference_cell(const MethodResult& r, Language language) {
  return fmt::format("<td class=\"number{}\">{}</td>", r.deterministic() ? "" : " bad",
                     html_escaped(max_difference_text(r.repeatability.max_abs_diff, language)));
}

std::string right_cell(const Correctness& correctness, Language language) {
  const bool all = correctness.correctly_rounded_share == 1.0;
  return fmt::format("<td class=\"number\"><span class=\"{}\">{}</span>{}</td>",
                     all ? "mark good" : "", percent(correctness.correctly_rounded_share),
                     small(say(language, phrase::kMaxUlp, ulp_text(correctness.max_ulp_error))));
}

std::string row(const CompareReport& report, const InputResult& input, const MethodResult& r,
                Language language) {
  const std::string first = first_cell(method_name(report, r.method, r.device, language),
                                       method_gloss(r.method, language));
  if (!r.measured()) {
    return fmt::format("<tr class=\"baseline\">{}<td colspan=\"{}\">{}</td></tr>\n", first,
                       kColumns - 1, html_escaped(missing_text(r, input.dtype, language)));
  }
  const Repeatability& seen = r.repeatability;
  return fmt::format(
      "<tr>{}{}{}{}{}{}{}<td>{}</td><td>{}</td></tr>\n", first,
      time_cell(TimeFormat(input), r.time_ms, language),
      speed_cell(r.gb_per_s, r.copy_fraction, language), difference_cell(r, language),
      mark(r.deterministic(), kBad,
           say(language, phrase::kOutputsInRuns, seen.distinct_outputs, seen.runs), language),
      mark(r.batch_invariant(), kMiddling, batches_text(r, language), language),
      right_cell(r.correctness, language), html_pill(r.tier, language),
      html_pill(r.recommendation, language));
}

std::string copy_row(const InputResult& input, const CopyResult& copy, Language language) {
  return fmt::format(
      "<tr class=\"baseline\">{}{}{}<td colspan=\"{}\"></td></tr>\n",
      first_cell(copy_name(copy, language), std::string(phrase::kCopyGloss.in(language))),
      time_cell(TimeFormat(input), copy.time_ms, language),
      speed_cell(copy.gb_per_s, 1.0, language), kColumns - 3);
}

}  // namespace

std::string html_pill(Tier tier, Language language) {
  static constexpr const char* kTones[] = {kGood, kGood, kMiddling, kBad};
  return pill(kTones[static_cast<std::size_t>(tier)], tier_word(tier, language));
}

std::string html_pill(Recommendation recommendation, Language language) {
  static constexpr const char* kTones[] = {kGood, kGood, kMiddling, kBad};
  return pill(kTones[static_cast<std::size_t>(recommendation)],
              recommendation_word(recommendation, language));
}

std::string html_table(const CompareReport& report, const InputResult& input, Language language) {
  // Focusable, so that a keyboard can scroll it.
  std::string text = fmt::format(
      "<div class=\"card scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">"
      "<table class=\"results\">\n{}<tbody>\n",
      html_escaped(input.label), head(language));
  for (const MethodResult& r : input.results) text += row(report, input, r, language);
  text += copy_row(input, input.copy, language);
  for (const CopyResult& copy : input.device_copies) text += copy_row(input, copy, language);
  return text + "</tbody></table></div>\n";
}

std::string html_table(const Table& table) {
  std::string text =
      "<div class=\"card scroll\" tabindex=\"0\"><table class=\"results\">\n<thead><tr>";
  const auto class_of = [](const Column& column) {
    return column.numeric ? " class=\"number\"" : "";
  };
  for (const Column& column : table.columns) {
    text += fmt::format("<th scope=\"col\"{}>{}</th>", class_of(column), html_escaped(column.head));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < table.columns.front().cells.size(); ++row) {
    text += "<tr>";
    for (const Column& column : table.columns) {
      text += fmt::format("<td{}>{}</td>", class_of(column), html_escaped(column.cells[row].text));
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

}  // namespace samebits::lab
