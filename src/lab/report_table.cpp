// SPDX-License-Identifier: Apache-2.0
#include "lab/report_table.hpp"

#include <fmt/format.h>

#include "lab/report_text.hpp"
#include "lab/report_words.hpp"

namespace samebits::lab {
namespace {

constexpr const char* kNothing = "–";

Cell yes_or_no(bool yes, Language language, Tone otherwise) {
  return {std::string((yes ? phrase::kYesWord : phrase::kNoWord).in(language)),
          yes ? Tone::good : otherwise};
}

Tone tone_of(Tier tier) {
  static constexpr Tone kTones[] = {Tone::good, Tone::good, Tone::middling, Tone::bad};
  return kTones[static_cast<std::size_t>(tier)];
}

Tone tone_of(Recommendation recommendation) {
  static constexpr Tone kTones[] = {Tone::good, Tone::good, Tone::middling, Tone::bad};
  return kTones[static_cast<std::size_t>(recommendation)];
}

Cell difference_cell(const Repeatability& seen, Language language) {
  return {max_difference_text(seen.max_abs_diff, language),
          seen.deterministic() ? Tone::plain : Tone::bad};
}

Cell right_cell(const Correctness& correctness) {
  const bool all = correctness.correctly_rounded_share == 1.0;
  return {percent(correctness.correctly_rounded_share), all ? Tone::good : Tone::plain};
}

}  // namespace

Table table_of(const CompareReport& report, const InputResult& input, Language language,
               bool short_names) {
  Table table;
  const TimeFormat format(input);
  const auto add = [&](const Phrase& head, int rank, bool numeric, const auto& cell_of, Cell copy) {
    Column column{std::string(head.in(language)), rank, numeric, {}};
    for (const MethodResult& result : input.results) {
      if (result.measured()) column.cells.push_back(cell_of(result));
    }
    if (copy.tone == Tone::plain) copy.tone = Tone::muted;
    column.cells.push_back(std::move(copy));
    table.columns.push_back(std::move(column));
  };
  const auto name = [&](const MethodResult& r) {
    return short_names ? short_method_name(report, r.method, r.device, language)
                       : method_name(report, r.method, r.device, language);
  };
  using R = const MethodResult&;
  const TimeSummary& copy_time = input.copy.time_ms;
  add(phrase::kMethod, 0, false, [&](R r) { return Cell{name(r)}; },
      {std::string(phrase::kCopyRow.in(language))});
  add(phrase::kMeanTime, 0, true, [&](R r) { return Cell{format.text(r.time_ms.mean)}; },
      {format.text(copy_time.mean)});
  add(phrase::kSpread, 8, true, [&](R r) { return Cell{format.spread(r.time_ms)}; },
      {format.spread(copy_time)});
  add(phrase::kBandwidth, 7, true, [](R r) { return Cell{fmt::format("{:.1f}", r.gb_per_s)}; },
      {fmt::format("{:.1f}", input.copy.gb_per_s)});
  add(phrase::kOfCopy, 4, true, [](R r) { return Cell{whole_percent(r.copy_fraction)}; },
      {whole_percent(1.0)});
  add(phrase::kOutputs, 6, true,
      [](R r) {
        return Cell{fmt::format("{} / {}", r.repeatability.distinct_outputs, r.repeatability.runs)};
      },
      {kNothing});
  add(phrase::kMaxDifference, 2, true,
      [&](R r) { return difference_cell(r.repeatability, language); }, {kNothing});
  add(phrase::kDeterministic, 0, false,
      [&](R r) { return yes_or_no(r.deterministic(), language, Tone::bad); }, {kNothing});
  add(phrase::kBatchInvariant, 1, false,
      [&](R r) { return yes_or_no(r.batch_invariant(), language, Tone::middling); }, {kNothing});
  add(phrase::kRight, 3, true, [](R r) { return right_cell(r.correctness); }, {kNothing});
  add(phrase::kMaxError, 5, true, [](R r) { return Cell{ulp_text(r.correctness.max_ulp_error)}; },
      {kNothing});
  add(phrase::kTier, 0, false,
      [&](R r) {
        return Cell{tier_word(r.tier, language), tone_of(r.tier)};
      },
      {kNothing});
  add(phrase::kRecommendation, 0, false,
      [&](R r) {
        return Cell{recommendation_word(r.recommendation, language), tone_of(r.recommendation)};
      },
      {kNothing});
  for (const MethodResult& result : input.results) {
    if (result.measured()) continue;
    table.remarks.push_back(
        fmt::format("{}: {}", name(result), missing_text(result, input.dtype, language)));
  }
  return table;
}

}  // namespace samebits::lab
