// SPDX-License-Identifier: Apache-2.0
#include "lab/report/compare_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace samebits::lab {
namespace {

constexpr int kMostDigits = 9;

bool many_devices(const CompareReport& report) {
  for (const InputResult& input : report.inputs) {
    for (const MethodResult& result : input.results) {
      if (result.device != "cpu") return true;
    }
  }
  return false;
}

/// What the methods of an input have, "100" or "20–100".
template <class Count>
std::string range_of(const InputResult& input, const Count& count) {
  std::vector<int> counts;
  for (const MethodResult& result : input.results) {
    if (result.measured()) counts.push_back(count(result));
  }
  if (counts.empty()) return "0";
  const auto [least, most] = std::ranges::minmax(counts);
  return least == most ? fmt::format("{}", least) : fmt::format("{}–{}", least, most);
}

}  // namespace

std::string percent(double share) {
  if (!std::isfinite(share)) return "–";
  if (share == 0.0) return "0 %";
  if (share == 1.0) return "100 %";
  // What is shown must not round to a claim that is not true.
  for (int digits = share >= 0.1 && share < 0.999 ? 1 : 2; digits <= kMostDigits; ++digits) {
    const double unit = std::pow(10.0, -digits);
    const double shown = std::nearbyint(100.0 * share / unit) * unit;
    if (shown >= unit / 2 && std::abs(shown - 100.0) >= unit / 2) {
      return fmt::format("{:.{}f} %", 100.0 * share, digits);
    }
  }
  return share < 0.5 ? "> 0 %" : "< 100 %";
}

std::string plain_number(double value) {
  if (!std::isfinite(value)) return "–";
  const double size = std::abs(value);
  if (size == 0.0) return "0";
  const int digits = std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 0, kMostDigits);
  return fmt::format("{:.{}f}", value, digits);
}

std::string power_number(double value) {
  return fmt::format("{:.2e}", value);
}

std::string max_difference_text(double value, Language language) {
  return std::isfinite(value) ? power_number(value) : say(language, Word::infinite);
}

std::string ulp_text(std::uint64_t distance) {
  return distance == kUlpNan ? "NaN" : fmt::format("{}", distance);
}

std::string whole_percent(double share) {
  if (!std::isfinite(share)) return "–";
  if (share > 0 && share < 0.005) return "< 1 %";
  return fmt::format("{:.0f} %", 100 * share);
}

TimeFormat::TimeFormat(const InputResult& input) {
  double least = input.copy.time_ms.median;
  for (const MethodResult& result : input.results) {
    if (result.measured()) least = std::min(least, result.time_ms.median);
  }
  const double digits = least > 0 && std::isfinite(least) ? 1 - std::floor(std::log10(least)) : 2;
  decimals_ = static_cast<int>(std::clamp(digits, 0.0, 5.0));
}

std::string TimeFormat::text(double ms) const {
  return std::isfinite(ms) ? fmt::format("{:.{}f}", ms, decimals_) : "–";
}

std::string TimeFormat::spread(const TimeSummary& time) const {
  return fmt::format("{}–{}", text(time.p10), text(time.p90));
}

std::string bare_method_name(Method method, Language language) {
  static constexpr Word kNames[] = {Word::exact, Word::standard, Word::chunked_short,
                                    Word::chunked_parallel_short, Word::adaptive};
  return say(language, kNames[static_cast<std::size_t>(method)]);
}

std::string short_method_name(const CompareReport& report, Method method, const std::string& device,
                              Language language) {
  const std::string name = bare_method_name(method, language);
  return many_devices(report) ? say(language, Word::on_device, name, device) : name;
}

std::string method_name(const CompareReport& report, Method method, const std::string& device,
                        Language language) {
  std::string name = bare_method_name(method, language);
  if (method == Method::chunked) name = say(language, Word::chunked, report.chunk);
  if (method == Method::chunked_parallel) {
    name = say(language, Word::chunked_parallel, report.threads);
  }
  return many_devices(report) ? say(language, Word::on_device, name, device) : name;
}

std::string copy_name(const CopyResult& copy, Language language) {
  return copy.device == "cpu" ? say(language, Word::copy_row)
                              : say(language, Word::copy_row_on, copy.device);
}

std::string method_gloss(Method method, Language language) {
  static constexpr Word kGlosses[] = {Word::exact_gloss, Word::standard_gloss, Word::chunked_gloss,
                                      Word::chunked_parallel_gloss, Word::adaptive_gloss};
  return say(language, kGlosses[static_cast<std::size_t>(method)]);
}

std::string tier_word(Tier tier, Language language) {
  static constexpr Word kWords[] = {Word::excellent, Word::good, Word::fair, Word::slow};
  return say(language, kWords[static_cast<std::size_t>(tier)]);
}

std::string recommendation_word(Recommendation recommendation, Language language) {
  static constexpr Word kWords[] = {Word::strongly_recommended, Word::recommended, Word::optional,
                                    Word::not_recommended};
  return say(language, kWords[static_cast<std::size_t>(recommendation)]);
}

Sameness sameness_of(const MethodResult& result) {
  if (!result.deterministic()) return Sameness::none;
  return result.batch_invariant() ? Sameness::always : Sameness::every_run;
}

std::string missing_text(const MethodResult& result, DType dtype, Language language) {
  switch (result.missing) {
    case Missing::nothing:
      return {};
    case Missing::dtype:
      return say(language, Word::not_supported,
                 say(language, Word::no_dtype, result.device, name_of(dtype)));
    case Missing::device:
      break;
    case Missing::failed:
      return say(language, Word::failed, result.reason);
  }
  return say(language, Word::not_supported, result.reason);
}

std::string batches_text(const MethodResult& result, Language language) {
  if (!result.deterministic()) return say(language, Word::row_moves);
  if (result.batches.first_difference >= 0) {
    return say(language, Word::differs_at, result.batches.first_difference);
  }
  return say(language, Word::sizes_tried, result.batches.sizes.size());
}

std::string input_text(const CompareReport& report, const InputResult& input, Language language) {
  std::string extras = input.has_weight
                           ? say(language, Word::with_weight, name_of(report.weight_mode))
                           : say(language, Word::without_weight);
  if (input.has_residual) {
    extras += say(language, Word::with_residual, name_of(report.residual_mode));
  }
  using R = const MethodResult&;
  const std::string runs =
      say(language, Word::runs_line, range_of(input, [](R r) { return r.repeatability.runs; }),
          range_of(input, [](R r) { return r.time_ms.runs; }),
          range_of(input, [](R r) { return r.repeatability.loaded_runs; }));
  return say(language, Word::input_line, input.rows, input.columns, name_of(input.dtype), extras,
             runs);
}

std::string noise_text(const InputResult& input, Language language) {
  constexpr double kQuiet = 1.6;
  const TimeSummary& copy = input.copy.time_ms;
  if (!(copy.p90 > kQuiet * copy.p10)) return {};
  const TimeFormat format(input);
  return say(language, Word::noisy, format.text(copy.p10), format.text(copy.p90));
}

doc::List device_notes(const CompareReport& report, Language language) {
  doc::List list{.tone = doc::Tone::muted};
  const auto add = [&](std::string line) { list.entries.push_back({std::move(line)}); };
  for (const DeviceInfo& device : report.devices) {
    if (device.status != Status::ok) {
      add(say(language, Word::device_absent, device.name, device.reason));
    } else if (device.software) {
      add(say(language, Word::device_is_software, device.name, device.description));
    } else if (device.name != "cpu") {
      add(say(language, Word::device_is, device.name, device.description));
    }
  }
  return list;
}

std::string ulp_class_text(std::size_t i) {
  constexpr auto& kUpTo = UlpHistogram::kUpTo;
  if (i == UlpHistogram::kClasses - 1) return "NaN";
  if (i == kUpTo.size()) return fmt::format("> {}", kUpTo.back());
  const std::uint64_t from = i == 0 ? 0 : kUpTo[i - 1] + 1;
  return from >= kUpTo[i] ? fmt::format("{}", kUpTo[i]) : fmt::format("{}–{}", from, kUpTo[i]);
}

std::string condition_text(const TierRule& rule, Language language) {
  return say(language, Word::tier_rule, fmt::format("{:.0f} %", 100 * rule.copy_fraction),
             fmt::format("{:.2f}", rule.speedup));
}

std::string condition_text(const RecommendationRule& rule, Language language) {
  std::string text;
  const auto add = [&](std::string_view part) {
    if (!text.empty()) text += say(language, Word::needs_and);
    text += part;
  };
  if (rule.deterministic) add(say(language, Word::needs_deterministic));
  if (rule.batch_invariant) add(say(language, Word::needs_batch_invariant));
  if (rule.all_bits_right) add(say(language, Word::needs_bits));
  if (rule.slowest == Tier::slow) {
    add(say(language, Word::any_tier));
  } else if (rule.slowest == Tier::excellent) {
    add(say(language, Word::needs_top, tier_word(rule.slowest, language)));
  } else {
    add(say(language, Word::needs_tier, tier_word(rule.slowest, language)));
  }
  return text;
}

std::string verdict_rule_text(Language language) {
  return say(language, Word::verdict_rule, fmt::format("{:.2f}", kNoPrice));
}

doc::List machine_facts(const CompareReport& report, Language language) {
  const Machine& machine = report.machine;
  doc::List list{.kind = doc::ListKind::facts};
  const auto add = [&](Word name, std::string value) {
    list.entries.push_back({std::move(value), say(language, name)});
  };
  add(Word::processor, machine.processor);
  add(Word::cores, fmt::format("{}", machine.cores));
  add(Word::threads, fmt::format("{}", report.threads));
  add(Word::simd, machine.simd);
  add(Word::system, machine.system);
  add(Word::compiler, machine.compiler);
  add(Word::version, fmt::format("{} / {}", machine.samebits, machine.contract));
  add(Word::parameters,
      say(language, Word::parameter_text, fmt::format("{:g}", report.eps),
          name_of(report.weight_mode), name_of(report.residual_mode), report.chunk));
  add(Word::load,
      machine.load >= 0 ? fmt::format("{:.2f}", machine.load) : say(language, Word::unknown));
  add(Word::measured_at,
      say(language, Word::took, machine.measured_at, fmt::format("{:.0f}", report.seconds)));
  return list;
}

}  // namespace samebits::lab
