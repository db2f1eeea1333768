// SPDX-License-Identifier: Apache-2.0
//
// C8 where it matters: rows built so close to a rounding midpoint that even the exact sum, rounded
// to double, decides wrongly about half of the time. Random data never gets here.
#include <gtest/gtest.h>

#include <cmath>

#include "oracle/hard_rows.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

using oracle::HardRowSpec;
using oracle::Midpoint;
using oracle::Side;

Problem problem_of(const HardRowSpec& spec, DType dtype) {
  Problem p;
  p.x = array_of(dtype, 1, spec.columns, oracle::hard_row(spec));
  p.eps = spec.eps;
  return p;
}

void expect_right_on_every_path(const HardRowSpec& spec, DType dtype) {
  Problem p = problem_of(spec, dtype);
  p.weight = lab::random_weight(dtype, spec.columns, spec.seed);
  const Answer expected = oracle_answer(p);
  for (const auto& target : testing::simd_targets()) {
    for (const std::int64_t chunk : {std::int64_t{0}, std::int64_t{7}}) {
      p.options.simd = target;
      p.options.chunk = chunk;
      const Answer answer = run(p);
      ASSERT_EQ(difference_from(p, answer, expected), "") << "seed " << spec.seed;
      ASSERT_EQ(answer.stats.ambiguous_rows, 1) << "verification passed on a hard row";
    }
  }
}

TEST(HardRows, Float32BothSidesOfTheMidpoint) {
  for (std::uint64_t i = 0; i < 60; ++i) {
    for (const Side side : {Side::below, Side::above}) {
      for (const std::int64_t columns : {16, 64, 511}) {
        expect_right_on_every_path({.columns = columns,
                                    .seed = seed() + i,
                                    .eps = i % 2 == 0 ? 0.0 : 1e-6,
                                    .side = side,
                                    .r_exponent = static_cast<int>(i % 8) - 4},
                                   DType::float32);
      }
    }
  }
}

TEST(HardRows, WideRows) {
  for (const Side side : {Side::below, Side::above}) {
    expect_right_on_every_path({.columns = 4096, .seed = seed(), .side = side}, DType::float32);
  }
}

TEST(HardRows, SpecialInverseRms) {
  for (const Side side : {Side::below, Side::above}) {
    for (std::uint64_t i = 0; i < 5; ++i) {
      for (const auto midpoint : {Midpoint::below_power_of_two, Midpoint::above_power_of_two}) {
        expect_right_on_every_path(
            {.columns = 64, .seed = seed() + i, .side = side, .midpoint = midpoint},
            DType::float32);
      }
      // Subnormal r, and r at the threshold of overflow.
      expect_right_on_every_path(
          {.columns = 64, .seed = seed() + i, .side = side, .r_exponent = -127}, DType::float32);
      // Here the squares are near the end of float32's grid, and the row need not be ambiguous.
      Problem p = problem_of({.columns = 64,
                              .seed = seed() + i,
                              .side = side,
                              .r_exponent = 128,
                              .midpoint = Midpoint::below_power_of_two},
                             DType::float32);
      const Answer expected = oracle_answer(p);
      for (const bool force : {false, true}) {
        p.options.decide_in_integers = force;
        ASSERT_EQ(difference_from(p, run(p), expected), "");
      }
    }
  }
}

TEST(HardRows, SixteenBitFormats) {
  for (const Side side : {Side::below, Side::above}) {
    for (std::uint64_t i = 0; i < 10; ++i) {
      expect_right_on_every_path(
          {.format = oracle::Format::bfloat16, .columns = 512, .seed = seed() + i, .side = side},
          DType::bfloat16);
      expect_right_on_every_path(
          {.format = oracle::Format::float16, .columns = 512, .seed = seed() + i, .side = side},
          DType::float16);
    }
  }
}

/// A long hard row, split over threads: its partial integer sums are merged in any order.
TEST(HardRows, SplitOverThreads) {
  const HardRowSpec spec{.columns = 200000, .seed = seed(), .side = Side::above};
  Problem p = problem_of(spec, DType::float32);
  p.options.threads = 1;
  const Answer one = run(p);
  ASSERT_EQ(difference_from_oracle(p, one), "");
  p.options.threads = 4;
  const Answer four = run(p);
  EXPECT_EQ(four.stats.ambiguous_rows, 1);
  EXPECT_EQ(difference(four.y, one.y), "");
}

/// The exact path decides as the fast one does wherever the fast one may decide.
TEST(HardRows, ForcedExactPathAgreesOnRandomRows) {
  lab::Random random(seed());
  for (int i = 0; i < 500; ++i) {
    Problem p = random_problem(random);
    p.options.decide_in_integers = false;
    const Answer fast = run(p);
    p.options.decide_in_integers = true;
    const Answer forced = run(p);
    ASSERT_EQ(difference(forced.y, fast.y), "");
  }
}

}  // namespace
}  // namespace samebits::test
