// SPDX-License-Identifier: Apache-2.0
//
// C11: where the operands lie moves no bit; and no byte is read into a result or written that
// belongs to no operand (see placed_call.hpp).
#include <gtest/gtest.h>

#include "tests/invariance/placed_call.hpp"
#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

class LayoutTest : public ::testing::TestWithParam<DType> {
 protected:
  LayoutTest() : random_(seed()) {}

  /// Elements of x in a cache line.
  static std::int64_t line() { return static_cast<std::int64_t>(64 / size_of(GetParam())); }

  Problem problem(std::int64_t rows, bool residual) {
    const auto columns = static_cast<std::int64_t>(16 + random_.below(200));
    return telling_problem(
        {.dtype = GetParam(), .rows = rows, .columns = columns, .residual = residual}, random_);
  }

  Place random_place() {
    return {static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(line()))),
            static_cast<std::int64_t>(random_.below(3) * random_.below(70))};
  }

  void expect_same(Problem p, const Layout& layout, const Answer& expected) {
    for (const auto& target : testing::simd_targets()) {
      p.options.simd = target;
      ASSERT_EQ(difference(run_placed(p, layout), expected), "") << target;
    }
  }

  lab::Random random_;
};

TEST_P(LayoutTest, EveryOffsetOfEachOperand) {
  const Problem p = problem(5, true);
  const Answer expected = run(p);
  const auto weight_line = static_cast<std::int64_t>(64 / size_of(p.weight->dtype));
  for (std::int64_t offset = 0; offset < line(); ++offset) {
    expect_same(p, {.x = {offset, 0}}, expected);
    expect_same(p, {.residual = {offset, 0}}, expected);
    expect_same(p, {.y = {offset, 0}}, expected);
    expect_same(p, {.h = {offset, 0}}, expected);
    expect_same(p, {.weight_offset = offset % weight_line}, expected);
    if (HasFatalFailure()) FAIL() << "offset " << offset;
  }
}

TEST_P(LayoutTest, RandomOffsetsStridesAndPlaces) {
  for (int i = 0; i < 150; ++i) {
    const Problem p = problem(static_cast<std::int64_t>(1 + random_.below(9)), i % 3 != 0);
    const Answer expected = run(p);
    const Layout layout{.x = random_place(),
                        .residual = random_place(),
                        .y = random_place(),
                        .h = random_place(),
                        .weight_offset = static_cast<std::int64_t>(random_.below(16)),
                        .in_place = kEveryInPlace[random_.below(std::size(kEveryInPlace))]};
    expect_same(p, layout, expected);
    if (HasFatalFailure()) FAIL() << "layout " << i << ", in place " << int(layout.in_place);
  }
}

TEST_P(LayoutTest, EveryWayInPlace) {
  for (const InPlace in_place : kEveryInPlace) {
    for (const ResidualMode mode : {ResidualMode::rounded, ResidualMode::unrounded}) {
      Problem p = problem(9, true);
      p.residual_mode = mode;
      const Answer expected = run(p);
      expect_same(p, {.in_place = in_place}, expected);
      expect_same(p, {.x = {3, 5}, .residual = {1, 2}, .in_place = in_place}, expected);
      if (HasFatalFailure()) FAIL() << "in place " << int(in_place);
    }
  }
}

/// Large enough for threads, and split rows: their pieces must not touch the gaps either.
TEST_P(LayoutTest, StridesAcrossThreads) {
  for (const std::int64_t columns : {1021, 262144 + 1}) {
    Problem p = telling_problem({.dtype = GetParam(),
                                 .rows = columns < 2000 ? 301 : 2,
                                 .columns = columns,
                                 .residual = true},
                                random_);
    const Answer expected = run(p);
    p.options.threads = 4;
    for (const InPlace in_place : {InPlace::no, InPlace::y_on_residual_h_on_x}) {
      const Layout layout{.x = {5, 3}, .y = {1, 9}, .h = {7, 1}, .in_place = in_place};
      ASSERT_EQ(difference(run_placed(p, layout), expected), "") << columns << " columns";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllDTypes, LayoutTest, ::testing::ValuesIn(kAllDTypes), dtype_name);

}  // namespace
}  // namespace samebits::test
