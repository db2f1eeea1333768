// SPDX-License-Identifier: Apache-2.0
//
// C2: the caller's float environment has no influence, and is the same after the call as before,
// sticky flags included.
#include <gtest/gtest.h>

#include <cfenv>
#include <thread>

#include "tests/invariance/float_state.hpp"
#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

/// Calls with that state set, and puts the usual one back before anything else is computed.
Answer run_in_state(const Problem& p, const FloatState& state, FloatState& after) {
  Answer answer{.y = io::make_array(p.x.dtype, p.x.shape), .h = {}, .stats = {}};
  RmsNorm norm = p.norm();
  norm.y = answer.y.matrix();
  if (p.residual) {
    answer.h = io::make_array(p.x.dtype, p.x.shape);
    norm.residual_output = answer.h->matrix();
  }
  const FloatState usual = float_state();
  set_float_state(state);
  testing::run(norm, p.options);
  after = float_state();
  set_float_state(usual);
  return answer;
}

void expect_same_in_every_state(const Problem& p) {
  const Answer expected = run(p);
  for (const FloatState& state : caller_states()) {
    FloatState after;
    const Answer answer = run_in_state(p, state, after);
    ASSERT_EQ(difference(answer, expected), "") << std::hex << "control " << state.control;
    ASSERT_EQ(after.control, state.control) << std::hex << "control was " << state.control;
    ASSERT_EQ(after.status, state.status) << std::hex << "control was " << state.control;
  }
}

class FloatEnvironmentTest : public ::testing::TestWithParam<DType> {
 protected:
  FloatEnvironmentTest() : random_(seed()) {}
  lab::Random random_;
};

TEST_P(FloatEnvironmentTest, FewRows) {
  for (int i = 0; i < 20; ++i) {
    Problem p = telling_problem({.dtype = GetParam(),
                                 .rows = 17,
                                 .columns = static_cast<std::int64_t>(16 + random_.below(200)),
                                 .residual = i % 2 == 0},
                                random_);
    p.options.simd = testing::simd_targets()[random_.below(testing::simd_targets().size())];
    expect_same_in_every_state(p);
  }
}

TEST_P(FloatEnvironmentTest, RowsSpreadOverThreads) {
  Problem p = telling_problem({.dtype = GetParam(), .rows = 333, .columns = 1021, .residual = true},
                              random_);
  p.options.threads = 4;
  expect_same_in_every_state(p);
}

TEST_P(FloatEnvironmentTest, LongRowSplitOverThreads) {
  Problem p = telling_problem({.dtype = GetParam(), .rows = 2, .columns = 262144 + 1}, random_);
  for (const bool force : {false, true}) {
    p.options.threads = 4;
    p.options.decide_in_integers = force;
    expect_same_in_every_state(p);
  }
}

/// The other methods promise no invariance, but of the environment they are as independent.
TEST_P(FloatEnvironmentTest, EveryMethod) {
  for (const Method method : all_methods()) {
    Problem p = telling_problem(
        {.dtype = GetParam(), .rows = 333, .columns = 1021, .residual = true}, random_);
    p.options.method = method;
    p.options.threads = method == Method::chunked_parallel ? 1 : 4;
    expect_same_in_every_state(p);
  }
}

INSTANTIATE_TEST_SUITE_P(AllDTypes, FloatEnvironmentTest, ::testing::ValuesIn(kAllDTypes),
                         dtype_name);

/// Through the C library, which on x86 sets the x87 unit too.
TEST(FloatEnvironmentOfC, RoundingModesAndFlags) {
  lab::Random random(seed());
  const Problem p = telling_problem({.rows = 9, .columns = 100}, random);
  const Answer expected = run(p);
  for (const int mode : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    for (const int flags : {0, FE_INEXACT, FE_ALL_EXCEPT}) {
      std::feclearexcept(FE_ALL_EXCEPT);
      if (flags != 0) std::feraiseexcept(flags);
      std::fesetround(mode);
      Answer answer{.y = io::make_array(p.x.dtype, p.x.shape), .h = {}, .stats = {}};
      RmsNorm norm = p.norm();
      norm.y = answer.y.matrix();
      testing::run(norm, p.options);
      const int mode_after = std::fegetround();
      const int flags_after = std::fetestexcept(FE_ALL_EXCEPT);
      std::fesetround(FE_TONEAREST);
      std::feclearexcept(FE_ALL_EXCEPT);
      ASSERT_EQ(difference(answer, expected), "") << "mode " << mode;
      EXPECT_EQ(mode_after, mode);
      EXPECT_EQ(flags_after, flags) << "mode " << mode;
    }
  }
}

/// Threads inherit the state of whoever starts them. The number of threads is one that no other
/// test uses, so that this call starts them.
TEST(FloatEnvironmentOfWorkers, StartedByAFlushingCaller) {
  lab::Random random(seed());
  for (const bool split : {false, true}) {
    Problem p =
        telling_problem({.rows = split ? 1 : 999, .columns = split ? 262144 : 1021}, random);
    p.options.threads = 1;
    const Answer expected = run(p);
    p.options.threads = 13;
    FloatState after;
    const FloatState state{kUsual | kFlush | kDenormalsAreZero | kTowardsZero, 0};
    EXPECT_EQ(difference(run_in_state(p, state, after), expected), "");
    EXPECT_EQ(after, state);
    EXPECT_EQ(difference(run(p), expected), "") << "afterwards, from an ordinary caller";
  }
}

/// A check of eps made by the caller's unit would take a subnormal for 0 if that unit does so.
TEST(FloatEnvironmentOfArguments, SubnormalEpsIsRefusedInEveryState) {
  float x = 1.0f;
  float y = 0.0f;
  for (const FloatState& state : caller_states()) {
    for (const std::uint64_t bits : {std::uint64_t{1}, std::uint64_t{0x000FFFFFFFFFFFFF}}) {
      bool refused = false;
      const FloatState usual = float_state();
      set_float_state(state);
      try {
        rms_norm({.x = view(&x, 1, 1), .y = view(&y, 1, 1), .eps = std::bit_cast<double>(bits)});
      } catch (const Error&) {
        refused = true;
      }
      const FloatState after = float_state();
      set_float_state(usual);
      EXPECT_TRUE(refused) << std::hex << "control " << state.control;
      EXPECT_EQ(after, state) << std::hex << "control " << state.control;
    }
  }
}

}  // namespace
}  // namespace samebits::test
