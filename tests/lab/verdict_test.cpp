// SPDX-License-Identifier: Apache-2.0
#include "lab/verdict.hpp"

#include <gtest/gtest.h>

namespace samebits::lab {
namespace {

TEST(Tier, EitherFigureIsEnough) {
  EXPECT_EQ(tier_for(0.85, 1.0), Tier::excellent);
  EXPECT_EQ(tier_for(0.10, 1.3), Tier::excellent);
  EXPECT_EQ(tier_for(0.65, 0.1), Tier::good);
  EXPECT_EQ(tier_for(0.10, 0.9), Tier::good);
  EXPECT_EQ(tier_for(0.30, 0.0), Tier::fair);
  EXPECT_EQ(tier_for(0.29, 0.49), Tier::slow);
}

TEST(Tier, TheBaselineIsNeverWorseThanGood) {
  EXPECT_LE(tier_for(0.0, 1.0), Tier::good);
}

TEST(Recommendation, NoSpeedMakesUpForBitsThatChange) {
  const Findings racing{.deterministic = false,
                        .batch_invariant = false,
                        .all_bits_right = false,
                        .tier = Tier::excellent};
  EXPECT_EQ(recommendation_for(racing), Recommendation::not_recommended);
}

TEST(Recommendation, NeedsBatchInvarianceToBeMoreThanOptional) {
  const Findings adaptive{.deterministic = true,
                          .batch_invariant = false,
                          .all_bits_right = false,
                          .tier = Tier::excellent};
  EXPECT_EQ(recommendation_for(adaptive), Recommendation::optional);
}

TEST(Recommendation, RightBitsAreWorthOneStepOfSpeed) {
  Findings findings{
      .deterministic = true, .batch_invariant = true, .all_bits_right = true, .tier = Tier::good};
  EXPECT_EQ(recommendation_for(findings), Recommendation::strongly_recommended);
  findings.tier = Tier::fair;
  EXPECT_EQ(recommendation_for(findings), Recommendation::recommended);
  findings.tier = Tier::slow;
  EXPECT_EQ(recommendation_for(findings), Recommendation::optional);
  findings.all_bits_right = false;
  findings.tier = Tier::good;
  EXPECT_EQ(recommendation_for(findings), Recommendation::recommended);
}

TEST(Recommendation, MoreNeverEarnsLess) {
  for (int bits = 0; bits < 8; ++bits) {
    for (const Tier tier : {Tier::excellent, Tier::good, Tier::fair, Tier::slow}) {
      const Findings some{.deterministic = (bits & 1) != 0,
                          .batch_invariant = (bits & 2) != 0,
                          .all_bits_right = (bits & 4) != 0,
                          .tier = tier};
      Findings more = some;
      const auto expect_no_less = [&] {
        EXPECT_LE(recommendation_for(more), recommendation_for(some));
      };
      more.deterministic = true;
      expect_no_less();
      more.batch_invariant = true;
      expect_no_less();
      more.all_bits_right = true;
      expect_no_less();
      more.tier = Tier::excellent;
      expect_no_less();
    }
  }
}

TEST(Verdict, NamesAreTheOnesOfTheSchema) {
  EXPECT_EQ(name_of(Tier::excellent), "excellent");
  EXPECT_EQ(name_of(Tier::slow), "slow");
  EXPECT_EQ(name_of(Recommendation::strongly_recommended), "strongly_recommended");
  EXPECT_EQ(name_of(Recommendation::not_recommended), "not_recommended");
}

}  // namespace
}  // namespace samebits::lab
