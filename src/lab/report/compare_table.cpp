// SPDX-License-Identifier: Apache-2.0
#include "lab/report/compare_parts.hpp"

#include <fmt/format.h>

#include <array>

namespace samebits::lab {
namespace {

using doc::Tone;

doc::Cell yes_or_no(bool yes, Tone otherwise, Language language) {
  return {say(language, yes ? Word::yes_word : Word::no_word), yes ? Tone::good : otherwise};
}

template <class Rank>
doc::Cell ranked(std::string word, Rank rank) {
  static constexpr Tone kTones[] = {Tone::good, Tone::good, Tone::middling, Tone::bad};
  return {std::move(word), kTones[static_cast<std::size_t>(rank)]};
}

}  // namespace

doc::Cell tier_cell(Tier tier, Language language) {
  return ranked(tier_word(tier, language), tier);
}

doc::Cell recommendation_cell(Recommendation recommendation, Language language) {
  return ranked(recommendation_word(recommendation, language), recommendation);
}

doc::Table table_of(const CompareReport& report, const InputResult& input, Language language) {
  using R = const MethodResult&;
  using C = const CopyResult&;
  using doc::Cell;
  constexpr doc::Media kText = doc::kMarkdown | doc::kTerminal;
  const auto in = [&](Word word) { return say(language, word); };
  const auto as_small = [&](Word word) { return std::string(text_of(word, language)); };
  const auto nothing = [](C) { return std::string(doc::kNothing); };
  const auto empty = [](C) { return std::string(); };
  const TimeFormat format(input);
  doc::Table table{.style = "results", .label = input.label.in(language)};
  // `of_method` gives the cell of a result, `of_copy` the text of a copy.
  const auto add = [&](doc::Column column, const auto& of_method,
                       const auto& of_copy) -> doc::Column& {
    for (const MethodResult& result : input.results) {
      if (result.measured()) column.cells.push_back(of_method(result));
    }
    column.cells.push_back({of_copy(input.copy), Tone::muted});
    for (const CopyResult& copy : input.device_copies) {
      column.cells.push_back({of_copy(copy), Tone::muted});
    }
    return table.columns.emplace_back(std::move(column));
  };

  const auto long_name = [&](R r) { return method_name(report, r.method, r.device, language); };
  const auto copied = [&](C c) { return copy_name(c, language); };
  add(
      {.head = in(Word::method), .media = doc::kFiles}, [&](R r) { return Cell{long_name(r)}; },
      copied);
  add(
      {.head = in(Word::method), .media = doc::kTerminal},
      [&](R r) { return Cell{short_method_name(report, r.method, r.device, language)}; }, copied);
  add(
      {.media = doc::kPage, .small_print = "{}"},
      [&](R r) { return Cell{method_gloss(r.method, language)}; },
      [&](C) { return in(Word::copy_gloss); });
  add(
      {.head = in(Word::mean_time), .numeric = true},
      [&](R r) { return Cell{format.text(r.time_ms.mean)}; },
      [&](C c) { return format.text(c.time_ms.mean); });
  add(
      {.head = in(Word::median),
       .rank = 5,
       .numeric = true,
       .small_print = as_small(Word::median_is)},
      [&](R r) { return Cell{format.text(r.time_ms.median)}; },
      [&](C c) { return format.text(c.time_ms.median); });
  add(
      {.head = in(Word::spread), .rank = 8, .numeric = true, .small_print = "{}"},
      [&](R r) { return Cell{format.spread(r.time_ms)}; },
      [&](C c) { return format.spread(c.time_ms); });
  add(
      {.head = in(Word::bandwidth), .rank = 7, .numeric = true},
      [](R r) { return Cell{fmt::format("{:.1f}", r.gb_per_s)}; },
      [](C c) { return fmt::format("{:.1f}", c.gb_per_s); });
  doc::Column& of_copy = add(
      {.head = in(Word::of_copy),
       .rank = 4,
       .numeric = true,
       .small_print = as_small(Word::of_copy_is)},
      [](R r) { return Cell{whole_percent(r.copy_fraction)}; },
      [](C) { return whole_percent(1.0); });
  for (R r : input.results) {
    if (r.measured()) of_copy.bars.push_back(r.copy_fraction);
  }
  of_copy.bars.resize(of_copy.cells.size(), 1.0);
  add(
      {.head = in(Word::outputs), .rank = 6, .numeric = true, .media = kText},
      [](R r) {
        return Cell{fmt::format("{} / {}", r.repeatability.distinct_outputs, r.repeatability.runs)};
      },
      nothing);
  add(
      {.head = in(Word::max_difference), .rank = 2, .numeric = true},
      [&](R r) {
        return Cell{max_difference_text(r.repeatability.max_abs_diff, language),
                    r.deterministic() ? Tone::plain : Tone::bad};
      },
      nothing);
  add(
      {.head = in(Word::deterministic)},
      [&](R r) { return yes_or_no(r.deterministic(), Tone::bad, language); }, nothing);
  add(
      {.media = doc::kPage, .small_print = "{}"},
      [&](R r) {
        return Cell{say(language, Word::outputs_in_runs, r.repeatability.distinct_outputs,
                        r.repeatability.runs)};
      },
      empty);
  add(
      {.head = in(Word::batch_invariant), .rank = 1},
      [&](R r) { return yes_or_no(r.batch_invariant(), Tone::middling, language); }, nothing);
  add(
      {.media = doc::kPage, .small_print = "{}"},
      [&](R r) { return Cell{batches_text(r, language)}; }, empty);
  add(
      {.head = in(Word::right), .rank = 3, .numeric = true},
      [](R r) {
        const double share = r.correctness.correctly_rounded_share;
        return Cell{percent(share), share == 1.0 ? Tone::good : Tone::plain};
      },
      nothing);
  add(
      {.head = in(Word::max_error),
       .rank = 5,
       .numeric = true,
       .small_print = as_small(Word::max_ulp)},
      [](R r) { return Cell{ulp_text(r.correctness.max_ulp_error)}; }, nothing);
  add(
      {.head = in(Word::tier)}, [&](R r) { return tier_cell(r.tier, language); }, nothing);
  add(
      {.head = in(Word::recommendation)},
      [&](R r) { return recommendation_cell(r.recommendation, language); }, nothing);
  for (R r : input.results) {
    if (r.measured()) continue;
    table.remarks.push_back({long_name(r), missing_text(r, input.dtype, language)});
  }
  return table;
}

doc::Table gpu_table_of(const CompareReport& report, const InputResult& input, Language language) {
  const auto median = [](const TimeSummary& time) {
    return time.runs > 0 ? plain_number(time.median) : std::string(doc::kNothing);
  };
  doc::Table table{.style = "results", .label = say(language, Word::gpu_times)};
  for (const Word head : {Word::method, Word::gpu_kernel, Word::gpu_submit, Word::gpu_whole}) {
    table.columns.push_back({.head = say(language, head), .numeric = head != Word::method});
  }
  const auto add_row = [&](Tone tone, const std::array<std::string, 4>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i)
      table.columns[i].cells.push_back({texts[i], tone});
  };
  for (const MethodResult& r : input.results) {
    if (!r.measured() || r.whole_call_ms.runs == 0) continue;
    add_row(Tone::plain, {short_method_name(report, r.method, r.device, language),
                          median(r.device_ms), median(r.time_ms), median(r.whole_call_ms)});
  }
  if (table.columns.front().cells.empty()) return {};
  for (const CopyResult& copy : input.device_copies) {
    add_row(Tone::muted, {copy_name(copy, language), median(copy.device_ms), median(copy.time_ms),
                          std::string(doc::kNothing)});
  }
  return table;
}

}  // namespace samebits::lab
