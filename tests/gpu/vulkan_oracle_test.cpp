// SPDX-License-Identifier: Apache-2.0
//
// `exact` on every Vulkan device, by every arithmetic that the backend has, against the oracle: all
// bits.
#include <gtest/gtest.h>

#include "oracle/hard_rows.hpp"
#include "tests/gpu/gpu_support.hpp"
#include "tests/gpu/unusual.hpp"

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

/// A number for what the shaders of a problem are specialized for.
std::uint64_t variant_of(const Problem& p) {
  std::uint64_t number = static_cast<std::uint64_t>(p.x.dtype);
  number = number * 5 + (p.weight ? 1 + static_cast<std::uint64_t>(p.weight_mode) : 0);
  number = number * 2 + (p.weight && p.weight->dtype == DType::float32 ? 1 : 0);
  return number * 3 + (p.residual ? 1 + static_cast<std::uint64_t>(p.residual_mode) : 0);
}

/// Compiling takes a software driver half a second a variant, so a seed runs a third of them, and
/// each by one path only. The published set runs all of them by every path.
TEST(VulkanOracle, RandomProblems) {
  const std::vector<GpuPath> paths = arithmetic_paths();
  if (paths.empty()) return;
  lab::Random random(seed());
  for (int i = 0; i < 3000; ++i) {
    Problem problem = random_problem(random);
    // Some rows by one workgroup, some cut into segments.
    if (problem.options.chunk > 0) problem.options.chunk = 8 * (problem.options.chunk % 13);
    const std::uint64_t number = variant_of(problem) + seed();
    if (number / paths.size() % 3 != 0) continue;
    const GpuPath& path = paths[number % paths.size()];
    ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem)) << "problem " << i;
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

/// C4 to C6 at every pair of unusual operands.
TEST(VulkanOracle, EveryUnusualPair) {
  for (const GpuPath& path : arithmetic_paths()) {
    for (const WeightMode mode :
         {WeightMode::scale, WeightMode::cast_first, WeightMode::one_plus}) {
      for (const std::uint32_t addend : kUnusual) {
        Problem problem = unusual_problem(addend);
        problem.weight_mode = mode;
        ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem));
      }
    }
  }
}

TEST(VulkanOracle, TinyRows) {
  for (const GpuPath& path : arithmetic_paths()) {
    lab::Random random(seed());
    for (int i = 0; i < 200; ++i) {
      ASSERT_NO_FATAL_FAILURE(expect_oracle(path, tiny_problem(random))) << "problem " << i;
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
        problem.weight_mode = mode;
        ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem));
      }
    }
  }
}

// ---- hard rows ---------------------------------------------------------------------------------

Problem hard_problem(const HardRowSpec& spec, DType dtype) {
  Problem p;
  p.x = array_of(dtype, 1, spec.columns, oracle::hard_row(spec));
  p.eps = spec.eps;
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
      ASSERT_EQ(answer.stats.integer_rows, 1);
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
        ASSERT_NO_FATAL_FAILURE(
            expect_hard(path, {.columns = 64, .seed = seed() + i, .side = side, .r_exponent = -127},
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
        ASSERT_NO_FATAL_FAILURE(expect_hard(
            path,
            {.format = oracle::Format::bfloat16, .columns = 512, .seed = seed() + i, .side = side},
            DType::bfloat16));
        // With few exponents apart the integer sum may be exact, and the row not ambiguous.
        ASSERT_NO_FATAL_FAILURE(expect_hard(
            path,
            {.format = oracle::Format::float16, .columns = 512, .seed = seed() + i, .side = side},
            DType::float16, 0));
      }
    }
  }
}

/// Against sums whose error grows with the number of elements, as that of the integer arithmetic.
TEST(VulkanHardRows, ManySmallElementsBesideALargeOne) {
  for (const GpuPath& path : arithmetic_paths()) {
    lab::Random random(seed());
    for (int i = 0; i < 20; ++i) {
      Problem problem = many_small_problem(i % 2 != 0, random);
      for (const std::int64_t chunk : {0, 5000}) {
        problem.options.chunk = chunk;
        ASSERT_NO_FATAL_FAILURE(expect_oracle(path, problem)) << "problem " << i;
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
