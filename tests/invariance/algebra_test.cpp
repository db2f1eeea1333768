// SPDX-License-Identifier: Apache-2.0
//
// C11: what must hold between two different calls: fused and unfused residual, permuted columns.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

class Algebra : public ::testing::TestWithParam<DType> {};

TEST_P(Algebra, FusedResidualIsAddingFirst) {
  lab::Random random(seed());
  for (int i = 0; i < 40; ++i) {
    const auto columns = static_cast<std::int64_t>(16 + random.below(300));
    Problem fused = telling_problem(
        {.dtype = GetParam(), .rows = 9, .columns = columns, .residual = true}, random);
    fused.residual_mode = ResidualMode::rounded;
    for (const auto& target : testing::simd_targets()) {
      fused.options.simd = target;
      const Answer answer = run(fused);
      Problem unfused = fused;
      unfused.x = *answer.h;
      unfused.residual.reset();
      ASSERT_EQ(difference(run(unfused).y, answer.y), "") << target << " problem " << i;
    }
  }
}

/// For float32 the two residual modes are one function.
TEST(AlgebraFloat32, ResidualModesCoincide) {
  lab::Random random(seed());
  Problem p = telling_problem({.rows = 33, .columns = 200, .residual = true}, random);
  p.residual_mode = ResidualMode::rounded;
  const Answer rounded = run(p);
  p.residual_mode = ResidualMode::unrounded;
  EXPECT_EQ(difference(run(p), rounded), "");
}

io::Array permute_columns(const io::Array& array, std::span<const std::int64_t> order) {
  io::Array permuted = array;
  const std::size_t size = size_of(array.dtype);
  for (std::int64_t row = 0; row < array.rows(); ++row) {
    const auto begin = static_cast<std::size_t>(row * array.columns());
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::size_t from = begin + static_cast<std::size_t>(order[i]);
      std::memcpy(permuted.data.data() + (begin + i) * size, array.data.data() + from * size, size);
    }
  }
  return permuted;
}

TEST_P(Algebra, PermutedColumnsGivePermutedBits) {
  lab::Random random(seed());
  for (int i = 0; i < 60; ++i) {
    const auto columns = static_cast<std::int64_t>(16 + random.below(500));
    const Problem p = telling_problem(
        {.dtype = GetParam(), .rows = 9, .columns = columns, .residual = i % 2 == 0}, random);
    const auto order = shuffled_indices(columns, random);
    Problem permuted = p;
    permuted.x = permute_columns(p.x, order);
    permuted.weight = permute_columns(*p.weight, order);
    if (p.residual) permuted.residual = permute_columns(*p.residual, order);
    const Answer plain = run(p);
    const Answer answer = run(permuted);
    ASSERT_EQ(difference(answer.y, permute_columns(plain.y, order)), "") << "problem " << i;
    if (plain.h) {
      ASSERT_EQ(difference(*answer.h, permute_columns(*plain.h, order)), "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllDTypes, Algebra, ::testing::ValuesIn(kAllDTypes), dtype_name);

}  // namespace
}  // namespace samebits::test
