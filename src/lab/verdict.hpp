// SPDX-License-Identifier: Apache-2.0
//
// From figures to words. The rules are data, the same for every method, and reports print them.
#pragma once

#include <span>
#include <string_view>

namespace samebits::lab {

/// Best first, so that a smaller one is better.
enum class Tier { excellent, good, fair, slow };
enum class Recommendation { strongly_recommended, recommended, optional, not_recommended };

/// The answer of a report is a plain yes where the best method takes at most so many times as long
/// as `standard` on every input: less is within the noise.
inline constexpr double kNoPrice = 1.10;

/// Stable identifiers, as report.json has them: "excellent", "strongly_recommended".
std::string_view name_of(Tier tier);
std::string_view name_of(Recommendation recommendation);

/// A tier is reached by either figure.
struct TierRule {
  Tier tier;
  double copy_fraction;  ///< at least this share of the copy's speed, or
  double speedup;        ///< at least this many times the speed of `standard` on the CPU
};

/// A recommendation needs everything that its rule names.
struct RecommendationRule {
  Recommendation recommendation;
  bool deterministic;
  bool batch_invariant;
  bool all_bits_right;  ///< every element has the bits of the contract
  Tier slowest;         ///< the tier may not be worse
};

/// Best first; the first that holds decides. What no rule fits is slow, and not recommended.
std::span<const TierRule> tier_rules();
std::span<const RecommendationRule> recommendation_rules();

/// `speedup` is 0 where `standard` was not measured.
Tier tier_for(double copy_fraction, double speedup);

struct Findings {
  bool deterministic = false;
  bool batch_invariant = false;
  bool all_bits_right = false;
  Tier tier = Tier::slow;
};
Recommendation recommendation_for(const Findings& findings);

}  // namespace samebits::lab
