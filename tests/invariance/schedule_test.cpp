// SPDX-License-Identifier: Apache-2.0
//
// C11: threads, chunks, SIMD targets, split rows, load, and calls at the same time move no bit.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

constexpr int kThreadCounts[] = {1, 2, 3, 4, 16};

/// Burns `count` cores for its lifetime, so that the scheduler interrupts what is tested.
class Load {
 public:
  explicit Load(int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this] {
        while (!stop_.load(std::memory_order_relaxed)) spins_.fetch_add(1);
      });
    }
  }
  ~Load() {
    stop_ = true;
    for (auto& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<std::int64_t> spins_ = 0;
  std::vector<std::thread> threads_;
};

/// More than the 256 KiB from which rows are spread over threads.
Telling spread_over_threads(DType dtype, bool residual) {
  return {.dtype = dtype, .rows = 333, .columns = 1021, .residual = residual};
}

/// A row of at least 512 KiB, which is cut into segments.
std::int64_t long_columns(DType dtype) {
  return dtype == DType::float32 ? 131072 + 4099 : 262144 + 1;
}

class Schedule : public ::testing::TestWithParam<DType> {
 protected:
  Schedule() : random_(seed()) {}

  /// One thread, no chunks, the best target.
  static Answer plain(Problem p) {
    p.options.threads = 1;
    p.options.chunk = 0;
    p.options.simd = {};
    return run(p);
  }

  lab::Random random_;
};

TEST_P(Schedule, ThreadsAndChunks) {
  for (const bool residual : {false, true}) {
    Problem p = telling_problem(spread_over_threads(GetParam(), residual), random_);
    const Answer expected = plain(p);
    EXPECT_GT(expected.stats.ambiguous_rows, 80) << "the hard rows were not hard";
    for (const int threads : kThreadCounts) {
      for (const std::int64_t chunk : {std::int64_t{0}, std::int64_t{1}, std::int64_t{7},
                                       std::int64_t{64}, p.x.columns(), INT64_MAX}) {
        p.options.threads = threads;
        p.options.chunk = chunk;
        ASSERT_EQ(difference(run(p), expected), "") << threads << " threads, chunk " << chunk;
      }
    }
  }
}

TEST_P(Schedule, SimdTargetsPairwise) {
  for (int i = 0; i < 60; ++i) {
    const auto columns = static_cast<std::int64_t>(16 + random_.below(400));
    Problem p = telling_problem(
        {.dtype = GetParam(), .rows = 13, .columns = columns, .residual = i % 2 == 0}, random_);
    std::vector<Answer> answers;
    for (const auto& target : testing::simd_targets()) {
      p.options.simd = target;
      p.options.chunk = static_cast<std::int64_t>(random_.below(3) * 33);
      answers.push_back(run(p));
    }
    for (std::size_t a = 0; a < answers.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        ASSERT_EQ(difference(answers[a], answers[b]), "")
            << testing::simd_targets()[a] << " and " << testing::simd_targets()[b] << ", "
            << columns << " columns";
      }
    }
  }
}

TEST_P(Schedule, LongRowSplitOverThreads) {
  for (const bool residual : {false, true}) {
    Problem p = telling_problem(
        {.dtype = GetParam(), .rows = 3, .columns = long_columns(GetParam()), .residual = residual},
        random_);
    const Answer expected = plain(p);
    for (const int threads : kThreadCounts) {
      for (const bool force : {false, true}) {
        p.options.threads = threads;
        p.options.decide_in_integers = force;
        p.options.simd = testing::simd_targets()[random_.below(testing::simd_targets().size())];
        p.options.chunk = static_cast<std::int64_t>(random_.below(2) * 1000);
        ASSERT_EQ(difference(run(p), expected), "") << threads << " threads " << p.options.simd;
      }
    }
  }
}

/// The lengths at which a row begins to be split, and at which its last segment is short.
TEST_P(Schedule, LengthsAroundTheSplit) {
  const std::int64_t limit = GetParam() == DType::float32 ? 131072 : 262144;
  for (const std::int64_t columns : {limit - 1, limit, limit + 1, limit + 4096, 2 * limit + 17}) {
    Problem p;
    p.x = lab::random_rows(GetParam(), 1, columns, random_.next());
    const Answer expected = plain(p);
    for (const int threads : {2, 3, 16}) {
      p.options.threads = threads;
      ASSERT_EQ(difference(run(p), expected), "") << columns << " columns, " << threads;
    }
  }
}

TEST_P(Schedule, RepeatedUnderLoad) {
  Problem rows = telling_problem(spread_over_threads(GetParam(), true), random_);
  Problem split = telling_problem(
      {.dtype = GetParam(), .rows = 1, .columns = long_columns(GetParam())}, random_);
  const Answer expected_rows = plain(rows);
  const Answer expected_split = plain(split);
  const Load load(4);
  for (int i = 0; i < 25; ++i) {
    rows.options.threads = split.options.threads = 4;
    ASSERT_EQ(difference(run(rows), expected_rows), "") << "repetition " << i;
    ASSERT_EQ(difference(run(split), expected_split), "") << "repetition " << i;
  }
}

TEST_P(Schedule, CallsAtTheSameTime) {
  constexpr int kCallers = 8;
  std::vector<Problem> problems;
  std::vector<Answer> expected;
  for (int i = 0; i < 4; ++i) {
    problems.push_back(telling_problem(
        i % 2 == 0 ? spread_over_threads(GetParam(), i == 0)
                   : Telling{.dtype = GetParam(), .rows = 5, .columns = 64, .residual = i == 1},
        random_));
    expected.push_back(plain(problems.back()));
  }
  problems.push_back(telling_problem(
      {.dtype = GetParam(), .rows = 1, .columns = long_columns(GetParam())}, random_));
  expected.push_back(plain(problems.back()));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (std::size_t i = 0; i < 15; ++i) {
        const std::size_t which = (caller + i) % problems.size();
        Problem p = problems[which];
        p.options.threads = kThreadCounts[(caller + 2 * i) % std::size(kThreadCounts)];
        p.options.simd = testing::simd_targets()[(caller + i) % testing::simd_targets().size()];
        if (!difference(run(p), expected[which]).empty()) ++wrong;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
}

/// More threads than cores are granted without a word, in whatever order they are asked for.
TEST(Silence, NothingIsPrinted) {
  lab::Random random(seed());
  Problem p = telling_problem(spread_over_threads(DType::float32, true), random);
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  for (const Method method : all_methods()) {
    p.options.method = method;
    for (const int threads : {3, 16, 4, 33}) {
      p.options.threads = threads;
      run(p);
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

INSTANTIATE_TEST_SUITE_P(AllDTypes, Schedule, ::testing::ValuesIn(kAllDTypes), dtype_name);

}  // namespace
}  // namespace samebits::test
