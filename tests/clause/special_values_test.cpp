// SPDX-License-Identifier: Apache-2.0
//
// C9 and C10: zeros, infinities, NaN, overflow, and the NaN that is written.
#include <gtest/gtest.h>

#include "tests/support.hpp"

namespace samebits::test {
namespace {

constexpr std::uint32_t kOne = 0x3F800000u;
constexpr std::uint32_t kInfinity = 0x7F800000u;
constexpr std::uint32_t kMinus = 0x80000000u;
constexpr std::uint32_t kNaN = 0x7FC00000u;

Encodings normalized(const Encodings& row, double eps = 0.0) {
  Problem p;
  p.x = array_of(DType::float32, 1, static_cast<std::int64_t>(row.size()), row);
  p.eps = eps;
  const Answer answer = run(p);
  EXPECT_EQ(difference_from_oracle(p, answer), "");
  return encodings_of(answer.y);
}

TEST(SpecialValues, ZeroRowWithoutEpsIsNaN) {
  EXPECT_EQ(normalized({0, kMinus, 0}), (Encodings{kNaN, kNaN, kNaN}));
}

TEST(SpecialValues, ZeroRowWithEpsKeepsSigns) {
  EXPECT_EQ(normalized({0, kMinus, 0}, 1e-6), (Encodings{0, kMinus, 0}));
}

TEST(SpecialValues, InfinityMakesTheOthersZero) {
  EXPECT_EQ(normalized({kOne, kInfinity, kOne | kMinus, 0}), (Encodings{0, kNaN, kMinus, 0}));
}

TEST(SpecialValues, AnyNaNMakesTheRowCanonicalNaN) {
  for (const std::uint32_t nan : {0x7F800001u, 0xFFFFFFFFu, 0x7FC12345u, 0xFFC00000u}) {
    EXPECT_EQ(normalized({kOne, nan, kInfinity, 0}), (Encodings{kNaN, kNaN, kNaN, kNaN}));
  }
}

TEST(SpecialValues, LargestRowDoesNotOverflow) {
  // r = 1 / FLT_MAX is subnormal and keeps 22 bits, so y is one step short of 1.
  EXPECT_EQ(normalized(Encodings(64, 0x7F7FFFFFu)), Encodings(64, kOne - 1));
}

TEST(SpecialValues, SmallestSubnormalRow) {
  // r = 2^149 overflows float32 and is infinite by C3.
  EXPECT_EQ(normalized(Encodings(5, 1u)), Encodings(5, kInfinity));
}

TEST(SpecialValues, NaNInOneRowLeavesItsNeighboursAlone) {
  Problem p;
  p.x = array_of(DType::float32, 2, 2, {kOne, kNaN, kOne, kOne});
  p.eps = 0.0;
  EXPECT_EQ(encodings_of(run(p).y), (Encodings{kNaN, kNaN, kOne, kOne}));
}

TEST(SpecialValues, SixteenBitNaNsAreCanonical) {
  for (const auto& [dtype, nan] :
       {std::pair{DType::float16, 0x7E00u}, {DType::bfloat16, 0x7FC0u}}) {
    for (const auto& target : testing::simd_targets()) {
      Problem p;
      p.x = array_of(dtype, 1, 67, Encodings(67, 0xFFFFu));
      p.options.simd = target;
      EXPECT_EQ(encodings_of(run(p).y), Encodings(67, nan)) << target;
    }
  }
}

TEST(SpecialValues, ZeroRowsAreValid) {
  Problem p;
  p.x = io::make_array(DType::float32, {0, 8});
  EXPECT_EQ(run(p).y.elements(), 0);
}

}  // namespace
}  // namespace samebits::test
