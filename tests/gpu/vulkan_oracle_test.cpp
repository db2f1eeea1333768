// SPDX-License-Identifier: Apache-2.0
//
// `exact` on every Vulkan device, by every arithmetic that the backend has, against the oracle: all
// bits.
#include <gtest/gtest.h>

#include <array>

#include "oracle/hard_rows.hpp"
#include "tests/gpu/gpu_support.hpp"

namespace samebits::test {
namespace {

using oracle::HardRowSpec;
using oracle::Midpoint;
using oracle::Side;

constexpr DType kDTypes[] = {DType::float32, DType::float16, DType::bfloat16};

void expect_oracle(const GpuPath& path, const Problem& problem) {
  const Answer answer = run_on(path, problem);
  ASSERT_EQ(difference_from_oracle(problem, answer), "") << path.text();
}

TEST(VulkanOracle, RandomProblems) {
  for (const GpuPath& path : arithmetic_paths()) {
    lab::Random random(seed());
    for (int i = 0; i < 400; ++i) {
      Problem problem = random_problem(random);
      // Half of them by one workgroup a row, half with rows cut into segments.
      if (problem.options.chunk > 0) problem.options.chunk = 8 * (problem.options.chunk % 13);
      ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem)) << "problem " << i;
    }
  }
}

TEST(VulkanOracle, EveryWidth) {
  for (const GpuPath& path : arithmetic_paths()) {
    lab::Random random(seed());
    for (const DType dtype : kDTypes) {
      for (std::int64_t columns = 1; columns <= 70; ++columns) {
        Problem problem;
        problem.x = lab::random_rows(dtype, 2, columns, random.next());
        problem.weight = lab::random_weight(dtype, columns, random.next());
        ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem));
      }
    }
  }
}

/// C4 and C5 at every pair of unusual operands: products and sums around the subnormals, the
/// overflow threshold, ties, infinities, NaN.
TEST(VulkanOracle, EveryUnusualPair) {
  constexpr std::array<std::uint32_t, 32> kUnusual = {
      0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x00000002, 0x007FFFFF, 0x807FFFFF,
      0x00800000, 0x80800000, 0x00800001, 0x00FFFFFF, 0x01000000, 0x01000001, 0x0CFFFFFF,
      0x1FFFFFFF, 0x20000001, 0x33FFFFFF, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0xBF800000,
      0xBF7FFFFF, 0x5F000000, 0x5F3FFFFF, 0x7EFFFFFF, 0x7F000000, 0x7F7FFFFF, 0xFF7FFFFF,
      0x7F800000, 0xFF800000, 0x7FC00000, 0xFFFFFFFF};
  for (const GpuPath& path : arithmetic_paths()) {
    for (const WeightMode mode :
         {WeightMode::scale, WeightMode::cast_first, WeightMode::one_plus}) {
      for (const std::uint32_t scale : kUnusual) {
        Problem problem;
        problem.options.weight_mode = mode;
        // One row a value, so that an infinity or a NaN does not decide for all others.
        Encodings x, d;
        for (const std::uint32_t a : kUnusual) {
          for (const std::uint32_t b : kUnusual) {
            x.push_back(a);
            d.push_back(scale ^ (b & 0x80000000u));
          }
        }
        const auto n = static_cast<std::int64_t>(kUnusual.size());
        problem.x = array_of(DType::float32, n, n, x);
        problem.residual = array_of(DType::float32, n, n, d);
        problem.weight = array_of(DType::float32, 1, n, {kUnusual.begin(), kUnusual.end()});
        ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem));
      }
    }
  }
}

/// All 65,536 encodings of the 16-bit formats, in and out.
TEST(VulkanOracle, EveryEncodingOfSixteenBits) {
  for (const GpuPath& path : arithmetic_paths()) {
    for (const DType dtype : {DType::float16, DType::bfloat16}) {
      Encodings all;
      for (std::uint32_t i = 0; i < 0x10000; ++i) all.push_back(i);
      Problem problem;
      problem.x = array_of(dtype, 0x10000 / 16, 16, all);
      problem.weight = lab::random_weight(DType::float32, 16, seed());
      for (const WeightMode mode : {WeightMode::scale, WeightMode::cast_first}) {
        problem.options.weight_mode = mode;
        ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem));
      }
    }
  }
}

// ---- hard rows ---------------------------------------------------------------------------------

Problem hard_problem(const HardRowSpec& spec, DType dtype) {
  Problem p;
  p.x = array_of(dtype, 1, spec.columns, oracle::hard_row(spec));
  p.options.eps = spec.eps;
  p.weight = lab::random_weight(dtype, spec.columns, spec.seed);
  return p;
}

void expect_hard(const GpuPath& path, const HardRowSpec& spec, DType dtype, int ambiguous = 1) {
  Problem p = hard_problem(spec, dtype);
  for (const std::int64_t chunk : {std::int64_t{0}, std::int64_t{7}}) {
    p.options.chunk = chunk;
    const Answer answer = run_on(path, p);
    ASSERT_EQ(difference_from_oracle(p, answer), "") << path.text() << " seed " << spec.seed;
    if (ambiguous != 0) {
      ASSERT_EQ(answer.stats.ambiguous_rows, 1) << "verification passed on a hard row";
      ASSERT_EQ(answer.stats.exact_path_rows, 1);
    }
  }
}

TEST(VulkanHardRows, Float32BothSidesOfTheMidpoint) {
  for (const GpuPath& path : arithmetic_paths()) {
    for (std::uint64_t i = 0; i < 40; ++i) {
      for (const Side side : {Side::below, Side::above}) {
        for (const std::int64_t columns : {16, 64, 511}) {
          ASSERT_NO_FATAL_FAILURE(expect_hard(path,
                                              {.columns = columns,
                                               .seed = seed() + i,
                                               .eps = i % 2 == 0 ? 0.0 : 1e-6,
                                               .side = side,
                                               .r_exponent = static_cast<int>(i % 8) - 4},
                                              DType::float32));
        }
      }
    }
  }
}

TEST(VulkanHardRows, SpecialInverseRms) {
  for (const GpuPath& path : arithmetic_paths()) {
    for (const Side side : {Side::below, Side::above}) {
      for (std::uint64_t i = 0; i < 5; ++i) {
        for (const auto midpoint : {Midpoint::below_power_of_two, Midpoint::above_power_of_two}) {
          ASSERT_NO_FATAL_FAILURE(expect_hard(
              path, {.columns = 64, .seed = seed() + i, .side = side, .midpoint = midpoint},
              DType::float32));
        }
        // Subnormal r; and r at the threshold of overflow, where squares are near the end of
        // float32's grid, so that the row need not be ambiguous.
        ASSERT_NO_FATAL_FAILURE(expect_hard(
            path, {.columns = 64, .seed = seed() + i, .side = side, .r_exponent = -127},
            DType::float32));
        ASSERT_NO_FATAL_FAILURE(expect_hard(path,
                                            {.columns = 64,
                                             .seed = seed() + i,
                                             .side = side,
                                             .r_exponent = 128,
                                             .midpoint = Midpoint::below_power_of_two},
                                            DType::float32, 0));
      }
    }
  }
}

TEST(VulkanHardRows, SixteenBitFormats) {
  for (const GpuPath& path : arithmetic_paths()) {
    for (const Side side : {Side::below, Side::above}) {
      for (std::uint64_t i = 0; i < 5; ++i) {
        ASSERT_NO_FATAL_FAILURE(expect_hard(path,
                                            {.format = oracle::Format::bfloat16,
                                             .columns = 512,
                                             .seed = seed() + i,
                                             .side = side},
                                            DType::bfloat16));
        // With few exponents apart the integer sum may be exact, and the row not ambiguous.
        ASSERT_NO_FATAL_FAILURE(expect_hard(path,
                                            {.format = oracle::Format::float16,
                                             .columns = 512,
                                             .seed = seed() + i,
                                             .side = side},
                                            DType::float16, 0));
      }
    }
  }
}

TEST(VulkanHardRows, WideAndSplit) {
  for (const GpuPath& path : arithmetic_paths()) {
    for (const Side side : {Side::below, Side::above}) {
      Problem p = hard_problem({.columns = 20000, .seed = seed(), .side = side}, DType::float32);
      const Answer whole = run_on(path, p);
      ASSERT_EQ(difference_from_oracle(p, whole), "") << path.text();
      for (const std::int64_t chunk : {64, 1000, 4096, 19999}) {
        p.options.chunk = chunk;
        const Answer split = run_on(path, p);
        ASSERT_EQ(difference(split, whole), "") << path.text() << " chunk " << chunk;
        ASSERT_EQ(split.stats.ambiguous_rows, 1);
      }
    }
  }
}

}  // namespace
}  // namespace samebits::test
