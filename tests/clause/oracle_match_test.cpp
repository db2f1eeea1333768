// SPDX-License-Identifier: Apache-2.0
//
// C1 to C10 against the oracle, every bit, over random problems.
#include <gtest/gtest.h>

#include "tests/support.hpp"

namespace samebits::test {
namespace {

TEST(OracleMatch, RandomProblems) {
  lab::Random random(seed());
  for (int i = 0; i < 4000; ++i) {
    const Problem problem = random_problem(random);
    ASSERT_EQ(difference_from_oracle(problem, run(problem)), "") << "problem " << i;
  }
}

/// Every width from 1 to beyond the widest unrolled loop, and primes further on, on every target.
TEST(OracleMatch, EveryWidthOnEveryTarget) {
  lab::Random random(seed());
  std::vector<std::int64_t> widths;
  for (std::int64_t n = 1; n <= 150; ++n) widths.push_back(n);
  for (const std::int64_t prime : {251, 509, 769, 1021, 5119}) widths.push_back(prime);
  for (const DType dtype : {DType::float32, DType::float16, DType::bfloat16}) {
    for (const std::int64_t columns : widths) {
      Problem problem;
      problem.x = lab::random_rows(dtype, 1, columns, random.next());
      problem.weight = lab::random_weight(dtype, columns, random.next());
      const Answer expected = oracle_answer(problem);
      for (const auto& target : testing::simd_targets()) {
        problem.options.simd = target;
        ASSERT_EQ(difference_from(problem, run(problem), expected), "");
      }
    }
  }
}

}  // namespace
}  // namespace samebits::test
