// SPDX-License-Identifier: Apache-2.0
//
// C7: the bound holds for sums of a height below 2^26 only; above it nothing may pass for certain.
#include <gtest/gtest.h>

#include <limits>

#include "numeric/inverse_rms.hpp"

namespace samebits::numeric {
namespace {

TEST(Verification, IsCertainOnlyWhereTheBoundIsProven) {
  // r = 0.5 exactly, as far from a midpoint as can be.
  EXPECT_TRUE(round_and_verify(4.0, 1, 0.0, 0x1p26 - 1).certain);
  for (const double height : {0x1p26, 0x1p26 + 1, 0x1p40}) {
    EXPECT_FALSE(round_and_verify(4.0, 1, 0.0, height).certain) << height;
  }
}

TEST(Verification, NanIsDecidedAtAnyHeight) {
  EXPECT_TRUE(round_and_verify(std::numeric_limits<double>::quiet_NaN(), 1, 0.0, 0x1p40).certain);
}

}  // namespace
}  // namespace samebits::numeric
