// SPDX-License-Identifier: Apache-2.0
#include "oracle/hard_rows.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "oracle/oracle.hpp"
#include "oracle/splitmix64.hpp"
#include "oracle/test_support.hpp"

namespace samebits::oracle {
namespace {

/// The row of a spec has the r that its construction says, by the oracle and by MPFR, lies on the
/// side asked for, and is as hard as `hardness`, an upper bound of log2 |M^2 m - 1|.
void expect_hard(const HardRowSpec& spec, double hardness) {
  const std::vector<uint32_t> row = hard_row(spec);
  ASSERT_EQ(row.size(), static_cast<size_t>(spec.columns));
  const uint32_t expected = hard_row_inverse_rms(spec);
  EXPECT_EQ(inverse_rms(spec.format, row, spec.eps), expected);
  EXPECT_EQ(reference_inverse_rms(spec.format, row, spec.eps), expected);
  const mpq_class midpoint = hard_row_midpoint(spec);
  const mpq_class product = midpoint * midpoint * mean_square(spec.format, row, spec.eps);
  EXPECT_EQ(cmp(product, 1) > 0, spec.side == Side::below);
  const double gap = relative_gap(spec.format, row, spec.eps);
  EXPECT_LT(gap, hardness) << "columns " << spec.columns << " seed " << spec.seed << " exponent "
                           << spec.r_exponent;
  EXPECT_GT(gap, -1900) << "too hard for the reference's precision";
}

class HardRows : public testing::TestWithParam<Side> {};

INSTANTIATE_TEST_SUITE_P(Sides, HardRows, testing::Values(Side::below, Side::above),
                         [](const auto& side) {
                           return side.param == Side::below ? "below" : "above";
                         });

TEST_P(HardRows, Float32) {
  SplitMix64 random(test_seed());
  for (const int64_t columns : {16, 17, 64, 512, 997, 4096}) {
    for (int i = 0; i < 20; ++i) {
      const int k = static_cast<int>(random.below(41)) - 20;
      expect_hard({.columns = columns, .seed = random.next(), .side = GetParam(), .r_exponent = k},
                  -240);
    }
  }
  expect_hard({.columns = 65536, .seed = random.next(), .side = GetParam()}, -280);
}

TEST_P(HardRows, Float32WithEps) {
  SplitMix64 random(test_seed());
  for (const double eps : {0x1p-100, 1e-12, 1e-6, 1e-5, 0.9}) {
    expect_hard(
        {.columns = 256, .seed = random.next(), .eps = eps, .side = GetParam(), .r_exponent = -1},
        -280);
  }
}

TEST_P(HardRows, Bfloat16) {
  SplitMix64 random(test_seed());
  for (const int64_t columns : {16, 64, 512, 4096, 65536}) {
    const double hardness = columns == 16 ? -75 : -230;
    expect_hard({.format = Format::bfloat16,
                 .columns = columns,
                 .seed = random.next(),
                 .eps = 1e-6,
                 .side = GetParam(),
                 .r_exponent = 1},
                hardness);
  }
}

// Squares of float16 are multiples of 2^-48, so the sum cannot come nearer than the grid allows.
TEST_P(HardRows, Float16) {
  SplitMix64 random(test_seed());
  for (const int64_t columns : {16, 64, 512, 4096, 65536}) {
    for (const int k : {-10, -5, 0, 5}) {
      const double grid = -48 - std::log2(static_cast<double>(columns)) + 2 * k;
      expect_hard({.format = Format::float16,
                   .columns = columns,
                   .seed = random.next(),
                   .side = GetParam(),
                   .r_exponent = k},
                  columns == 16 ? grid + 4 : grid - 4);
    }
  }
}

TEST_P(HardRows, NextToPowersOfTwo) {
  for (const Midpoint kind : {Midpoint::below_power_of_two, Midpoint::above_power_of_two}) {
    for (const int k : {-126, -125, -60, -1, 0, 1, 60, 100}) {
      expect_hard(
          {.columns = 100, .seed = 1, .side = GetParam(), .r_exponent = k, .midpoint = kind}, -90);
    }
  }
}

TEST_P(HardRows, SubnormalInverseRms) {
  for (const Format format : {Format::float32, Format::bfloat16}) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const HardRowSpec spec = {
          .format = format, .columns = 100, .seed = seed, .side = GetParam(), .r_exponent = -127};
      EXPECT_LT(hard_row_inverse_rms(spec), 0x00800000u);
      expect_hard(spec, -280);
    }
  }
}

TEST_P(HardRows, OverflowThreshold) {
  const HardRowSpec spec = {.columns = 64,
                            .seed = 7,
                            .side = GetParam(),
                            .r_exponent = 128,
                            .midpoint = Midpoint::below_power_of_two};
  EXPECT_EQ(hard_row_inverse_rms(spec), GetParam() == Side::below ? 0x7F7FFFFFu : 0x7F800000u);
  expect_hard(spec, -44);
}

TEST(HardRow, IsAFunctionOfTheSpec) {
  const HardRowSpec spec = {.columns = 40, .seed = 5};
  EXPECT_EQ(hard_row(spec), hard_row(spec));
  EXPECT_NE(hard_row(spec), hard_row({.columns = 40, .seed = 6}));
  EXPECT_NE(hard_row(spec), hard_row({.columns = 40, .seed = 5, .side = Side::above}));
}

// A fixed row, so that no compiler, library or processor draws another one.
TEST(HardRow, KnownRow) {
  const std::vector<uint32_t> row = hard_row({.columns = 16, .seed = 1});
  uint64_t hash = 0xCBF29CE484222325u;
  for (const uint32_t v : row) hash = (hash ^ v) * 0x100000001B3u;
  EXPECT_EQ(hash, 0xFA04B59BDFD00D63u) << std::hex << hash;
}

// Hard means: the usual way, a sum in double, often decides wrongly.
TEST(HardRow, DefeatsASumInDouble) {
  int wrong = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const HardRowSpec spec = {.seed = seed, .side = seed % 2 == 0 ? Side::below : Side::above};
    double sum = 0;
    for (const uint32_t v : hard_row(spec)) {
      const double x = reference_decode(v, Format::float32);
      sum += x * x;
    }
    const double r = 1 / std::sqrt(sum / static_cast<double>(spec.columns));
    wrong += reference_encode(r, Format::float32) != hard_row_inverse_rms(spec) ? 1 : 0;
  }
  EXPECT_GT(wrong, 40);
}

TEST(HardRow, RejectsWhatTheFormatCannotReach) {
  EXPECT_THROW(hard_row({.columns = 0}), std::invalid_argument);
  EXPECT_THROW(hard_row({.eps = 2.0}), std::invalid_argument);
  EXPECT_THROW(hard_row({.r_exponent = 128}), std::invalid_argument);
  EXPECT_THROW(hard_row({.r_exponent = -129}), std::invalid_argument);
  EXPECT_THROW(hard_row({.format = Format::float16, .r_exponent = 40}), std::invalid_argument);
  EXPECT_THROW(hard_row({.format = Format::float16, .r_exponent = -20}), std::invalid_argument);
}

}  // namespace
}  // namespace samebits::oracle
