// SPDX-License-Identifier: Apache-2.0
#include "lab/report_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lab/report_notes.hpp"
#include "lab/report_text.hpp"

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
  return std::isfinite(value) ? power_number(value) : std::string(phrase::kInfinite.in(language));
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

std::string method_name(const CompareReport& report, Method method, const std::string& device,
                        Language language) {
  const auto named = [&](const Phrase& phrase) {
    const std::string name = say(language, phrase, report.chunk, report.threads);
    return many_devices(report) ? say(language, phrase::kOnDevice, name, device) : name;
  };
  if (method == Method::chunked) return named(phrase::kChunked);
  if (method == Method::chunked_parallel) return named(phrase::kChunkedParallel);
  return short_method_name(report, method, device, language);
}

std::string short_method_name(const CompareReport& report, Method method, const std::string& device,
                              Language language) {
  static constexpr Phrase kNames[] = {phrase::kExact, phrase::kStandard, phrase::kChunkedShort,
                                      phrase::kChunkedParallelShort, phrase::kAdaptive};
  const std::string name(kNames[static_cast<std::size_t>(method)].in(language));
  return many_devices(report) ? say(language, phrase::kOnDevice, name, device) : name;
}

std::string copy_name(const CopyResult& copy, Language language) {
  return copy.device == "cpu" ? std::string(phrase::kCopyRow.in(language))
                              : say(language, phrase::kCopyRowOn, copy.device);
}

std::string method_gloss(Method method, Language language) {
  static constexpr Phrase kGlosses[] = {phrase::kExactGloss, phrase::kStandardGloss,
                                        phrase::kChunkedGloss, phrase::kChunkedParallelGloss,
                                        phrase::kAdaptiveGloss};
  return std::string(kGlosses[static_cast<std::size_t>(method)].in(language));
}

std::string tier_word(Tier tier, Language language) {
  static constexpr Phrase kWords[] = {phrase::kExcellent, phrase::kGood, phrase::kFair,
                                      phrase::kSlow};
  return std::string(kWords[static_cast<std::size_t>(tier)].in(language));
}

std::string recommendation_word(Recommendation recommendation, Language language) {
  static constexpr Phrase kWords[] = {phrase::kStronglyRecommended, phrase::kRecommended,
                                      phrase::kOptional, phrase::kNotRecommended};
  return std::string(kWords[static_cast<std::size_t>(recommendation)].in(language));
}

Sameness sameness_of(const MethodResult& result) {
  if (!result.deterministic()) return Sameness::none;
  return result.batch_invariant() ? Sameness::always : Sameness::every_run;
}

std::string missing_text(const MethodResult& result, DType dtype, Language language) {
  switch (result.missing) {
    case Missing::nothing:
      return {};
    case Missing::method:
      return say(language, phrase::kNotSupported, say(language, phrase::kNoMethod, result.device));
    case Missing::dtype:
      return say(language, phrase::kNotSupported,
                 say(language, phrase::kNoDType, result.device, name_of(dtype)));
    case Missing::device:
      break;
    case Missing::failed:
      return say(language, phrase::kFailed, result.reason);
  }
  return say(language, phrase::kNotSupported, result.reason);
}

std::string batches_text(const MethodResult& result, Language language) {
  if (!result.deterministic()) return std::string(phrase::kRowMoves.in(language));
  if (result.batches.first_difference >= 0) {
    return say(language, phrase::kDiffersAt, result.batches.first_difference);
  }
  return say(language, phrase::kSizesTried, result.batches.sizes.size());
}

std::string input_text(const CompareReport& report, const InputResult& input, Language language) {
  std::string extras = input.has_weight
                           ? say(language, phrase::kWithWeight, name_of(report.weight_mode))
                           : std::string(phrase::kWithoutWeight.in(language));
  if (input.has_residual) {
    extras += say(language, phrase::kWithResidual, name_of(report.residual_mode));
  }
  using R = const MethodResult&;
  const std::string runs =
      say(language, phrase::kRunsLine, range_of(input, [](R r) { return r.repeatability.runs; }),
          range_of(input, [](R r) { return r.time_ms.runs; }),
          range_of(input, [](R r) { return r.repeatability.loaded_runs; }));
  return say(language, phrase::kInputLine, input.rows, input.columns, name_of(input.dtype), extras,
             runs);
}

std::string noise_text(const InputResult& input, Language language) {
  constexpr double kQuiet = 1.6;
  const TimeSummary& copy = input.copy.time_ms;
  if (!(copy.p90 > kQuiet * copy.p10)) return {};
  const TimeFormat format(input);
  return say(language, phrase::kNoisy, format.text(copy.p10), format.text(copy.p90));
}

std::vector<std::string> device_notes(const CompareReport& report, Language language) {
  std::vector<std::string> lines;
  for (const DeviceInfo& device : report.devices) {
    if (device.status != Status::ok) {
      lines.push_back(say(language, phrase::kDeviceAbsent, device.name, device.reason));
    } else if (device.software) {
      lines.push_back(say(language, phrase::kDeviceIsSoftware, device.name, device.description));
    } else if (device.name != "cpu") {
      lines.push_back(say(language, phrase::kDeviceIs, device.name, device.description));
    }
  }
  return lines;
}

std::string condition_text(const TierRule& rule, Language language) {
  return say(language, phrase::kTierRule, fmt::format("{:.0f} %", 100 * rule.copy_fraction),
             fmt::format("{:.2f}", rule.speedup));
}

std::string condition_text(const RecommendationRule& rule, Language language) {
  std::string text;
  const auto add = [&](std::string_view part) {
    if (!text.empty()) text += phrase::kAnd.in(language);
    text += part;
  };
  if (rule.deterministic) add(phrase::kNeedsDeterministic.in(language));
  if (rule.batch_invariant) add(phrase::kNeedsBatchInvariant.in(language));
  if (rule.all_bits_right) add(phrase::kNeedsBits.in(language));
  if (rule.slowest == Tier::slow) {
    add(phrase::kAnyTier.in(language));
  } else if (rule.slowest == Tier::excellent) {
    add(say(language, phrase::kNeedsTop, tier_word(rule.slowest, language)));
  } else {
    add(say(language, phrase::kNeedsTier, tier_word(rule.slowest, language)));
  }
  return text;
}

std::string verdict_rule_text(Language language) {
  return say(language, phrase::kVerdictRule, fmt::format("{:.2f}", kNoPrice));
}

std::vector<Fact> machine_facts(const CompareReport& report, Language language) {
  const Machine& machine = report.machine;
  std::vector<Fact> facts;
  const auto add = [&](const Phrase& name, std::string value) {
    facts.push_back({std::string(name.in(language)), std::move(value)});
  };
  add(phrase::kProcessor, machine.processor);
  add(phrase::kCores, fmt::format("{}", machine.cores));
  add(phrase::kThreads, fmt::format("{}", report.threads));
  add(phrase::kSimd, machine.simd);
  add(phrase::kSystem, machine.system);
  add(phrase::kCompiler, machine.compiler);
  add(phrase::kVersion, fmt::format("{} / {}", machine.samebits, machine.contract));
  add(phrase::kParameters,
      say(language, phrase::kParameterText, fmt::format("{:g}", report.eps),
          name_of(report.weight_mode), name_of(report.residual_mode), report.chunk));
  add(phrase::kLoad, machine.load >= 0 ? fmt::format("{:.2f}", machine.load)
                                       : std::string(phrase::kUnknown.in(language)));
  add(phrase::kMeasuredAt,
      say(language, phrase::kTook, machine.measured_at, fmt::format("{:.0f}", report.seconds)));
  return facts;
}

}  // namespace samebits::lab
