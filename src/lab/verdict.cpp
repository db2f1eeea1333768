// SPDX-License-Identifier: Apache-2.0
#include "lab/verdict.hpp"

namespace samebits::lab {

std::string_view name_of(Tier tier) {
  switch (tier) {
    case Tier::excellent:
      return "excellent";
    case Tier::good:
      return "good";
    case Tier::fair:
      return "fair";
    case Tier::slow:
      return "slow";
  }
  return "unknown tier";
}

std::string_view name_of(Recommendation recommendation) {
  switch (recommendation) {
    case Recommendation::strongly_recommended:
      return "strongly_recommended";
    case Recommendation::recommended:
      return "recommended";
    case Recommendation::optional:
      return "optional";
    case Recommendation::not_recommended:
      return "not_recommended";
  }
  return "unknown recommendation";
}

std::span<const TierRule> tier_rules() {
  // A norm reads and writes each byte once, as a copy does, so the copy is the ceiling; but for a
  // few rows the ceiling is the cost of a call, and there only the baseline is a fair measure.
  static constexpr TierRule kRules[] = {
      {Tier::excellent, 0.80, 1.25}, {Tier::good, 0.60, 0.85}, {Tier::fair, 0.30, 0.50}};
  return kRules;
}

std::span<const RecommendationRule> recommendation_rules() {
  using enum Recommendation;
  // Without run-to-run equality nothing can be reproduced, so no speed makes up for it. Equality
  // across batch sizes is what serving needs; the contract's bits are what other machines need.
  static constexpr RecommendationRule kRules[] = {
      {strongly_recommended, true, true, true, Tier::good},
      {recommended, true, true, true, Tier::fair},
      {recommended, true, true, false, Tier::good},
      {optional, true, true, false, Tier::slow},
      {optional, true, false, false, Tier::fair},
  };
  return kRules;
}

Tier tier_for(double copy_fraction, double speedup) {
  for (const TierRule& rule : tier_rules()) {
    if (copy_fraction >= rule.copy_fraction || speedup >= rule.speedup) return rule.tier;
  }
  return Tier::slow;
}

Recommendation recommendation_for(const Findings& findings) {
  for (const RecommendationRule& rule : recommendation_rules()) {
    if ((findings.deterministic || !rule.deterministic) &&
        (findings.batch_invariant || !rule.batch_invariant) &&
        (findings.all_bits_right || !rule.all_bits_right) && findings.tier <= rule.slowest) {
      return rule.recommendation;
    }
  }
  return Recommendation::not_recommended;
}

}  // namespace samebits::lab
