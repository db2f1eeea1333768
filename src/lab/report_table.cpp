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
  const auto add = [&](const Phrase& head, int rank, bool numeric, const auto& of_method,
                       const auto& of_copy) {
    Column column{std::string(head.in(language)), rank, numeric, {}};
    for (const MethodResult& result : input.results) {
      if (result.measured()) column.cells.push_back(of_method(result));
    }
    column.cells.push_back({of_copy(input.copy), Tone::muted});
    for (const CopyResult& c : input.device_copies) {
      column.cells.push_back({of_copy(c), Tone::muted});
    }
    table.columns.push_back(std::move(column));
  };
  using C = const CopyResult&;
  const auto nothing = [](C) { return std::string(kNothing); };
  const auto name = [&](const MethodResult& r) {
    return short_names ? short_method_name(report, r.method, r.device, language)
                       : method_name(report, r.method, r.device, language);
  };
  using R = const MethodResult&;
  add(
      phrase::kMethod, 0, false, [&](R r) { return Cell{name(r)}; },
      [&](C c) { return copy_name(c, language); });
  add(
      phrase::kMeanTime, 0, true, [&](R r) { return Cell{format.text(r.time_ms.mean)}; },
      [&](C c) { return format.text(c.time_ms.mean); });
  add(
      phrase::kMedian, 5, true, [&](R r) { return Cell{format.text(r.time_ms.median)}; },
      [&](C c) { return format.text(c.time_ms.median); });
  add(
      phrase::kSpread, 8, true, [&](R r) { return Cell{format.spread(r.time_ms)}; },
      [&](C c) { return format.spread(c.time_ms); });
  add(
      phrase::kBandwidth, 7, true, [](R r) { return Cell{fmt::format("{:.1f}", r.gb_per_s)}; },
      [](C c) { return fmt::format("{:.1f}", c.gb_per_s); });
  add(
      phrase::kOfCopy, 4, true, [](R r) { return Cell{whole_percent(r.copy_fraction)}; },
      [](C) { return whole_percent(1.0); });
  add(
      phrase::kOutputs, 6, true,
      [](R r) {
        return Cell{fmt::format("{} / {}", r.repeatability.distinct_outputs, r.repeatability.runs)};
      },
      nothing);
  add(
      phrase::kMaxDifference, 2, true,
      [&](R r) { return difference_cell(r.repeatability, language); }, nothing);
  add(
      phrase::kDeterministic, 0, false,
      [&](R r) { return yes_or_no(r.deterministic(), language, Tone::bad); }, nothing);
  add(
      phrase::kBatchInvariant, 1, false,
      [&](R r) { return yes_or_no(r.batch_invariant(), language, Tone::middling); }, nothing);
  add(
      phrase::kRight, 3, true, [](R r) { return right_cell(r.correctness); }, nothing);
  add(
      phrase::kMaxError, 5, true, [](R r) { return Cell{ulp_text(r.correctness.max_ulp_error)}; },
      nothing);
  add(
      phrase::kTier, 0, false,
      [&](R r) {
        return Cell{tier_word(r.tier, language), tone_of(r.tier)};
      },
      nothing);
  add(
      phrase::kRecommendation, 0, false,
      [&](R r) {
        return Cell{recommendation_word(r.recommendation, language), tone_of(r.recommendation)};
      },
      nothing);
  for (const MethodResult& result : input.results) {
    if (result.measured()) continue;
    table.remarks.push_back(
        fmt::format("{}: {}", name(result), missing_text(result, input.dtype, language)));
  }
  return table;
}

Table gpu_table_of(const CompareReport& report, const InputResult& input, Language language) {
  const auto median = [](const TimeSummary& time) {
    return Cell{time.runs > 0 ? plain_number(time.median) : kNothing};
  };
  Column name{std::string(phrase::kMethod.in(language)), 0, false, {}};
  Column kernel{std::string(phrase::kGpuKernel.in(language)), 0, true, {}};
  Column submit{std::string(phrase::kGpuSubmit.in(language)), 0, true, {}};
  Column whole{std::string(phrase::kGpuWhole.in(language)), 0, true, {}};
  for (const MethodResult& r : input.results) {
    if (!r.measured() || r.whole_call_ms.runs == 0) continue;
    name.cells.push_back({short_method_name(report, r.method, r.device, language)});
    kernel.cells.push_back(median(r.device_ms));
    submit.cells.push_back(median(r.time_ms));
    whole.cells.push_back(median(r.whole_call_ms));
  }
  if (name.cells.empty()) return {};
  for (const CopyResult& copy : input.device_copies) {
    name.cells.push_back({copy_name(copy, language), Tone::muted});
    kernel.cells.push_back(median(copy.device_ms));
    submit.cells.push_back(median(copy.time_ms));
    whole.cells.push_back({kNothing});
  }
  return {.columns = {std::move(name), std::move(kernel), std::move(submit), std::move(whole)},
          .remarks = {}};
}

}  // namespace samebits::lab
