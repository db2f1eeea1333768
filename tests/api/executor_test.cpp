// SPDX-License-Identifier: Apache-2.0
//
// Where::executor: the caller's threads in place of the library's, good ones and bad ones.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "tests/support.hpp"

namespace samebits::test {
namespace {

/// A thread for each task, as simple as can be.
class ThreadEach : public Executor {
 public:
  explicit ThreadEach(int concurrency) : concurrency_(concurrency) {}
  int concurrency() const override { return concurrency_; }
  void run(std::int64_t tasks, void (*task)(void*, std::int64_t), void* context) override {
    ++calls;
    std::vector<std::jthread> threads;
    for (std::int64_t i = 0; i < tasks; ++i) {
      threads.emplace_back([=, this] {
        {
          const std::lock_guard lock(mutex_);
          seen.insert(std::this_thread::get_id());
        }
        task(context, i);
      });
    }
  }

  std::atomic<int> calls = 0;
  std::set<std::thread::id> seen;

 private:
  int concurrency_;
  std::mutex mutex_;
};

/// Everything on the caller's thread, each task so many times.
class Repeating : public Executor {
 public:
  explicit Repeating(int times) : times_(times) {}
  int concurrency() const override { return 4; }
  void run(std::int64_t tasks, void (*task)(void*, std::int64_t), void* context) override {
    for (std::int64_t i = 0; i < tasks; ++i) {
      for (int n = 0; n < times_; ++n) task(context, i);
    }
  }

 private:
  int times_;
};

/// Many rows, and one row that is split over threads.
std::vector<Problem> problems() {
  lab::Random random(seed());
  std::vector<Problem> all(2);
  all[0].x = lab::random_rows(DType::float32, 700, 1000, random.next());
  all[1].x = lab::random_rows(DType::float32, 1, 700001, random.next());
  return all;
}

void expect_same_bits(Executor& executor, int threads) {
  for (Problem& p : problems()) {
    p.options.threads = 1;
    const Answer expected = run(p);
    p.options.threads = threads;
    p.options.executor = &executor;
    EXPECT_EQ(difference(run(p).y, expected.y), "");
  }
}

TEST(ExecutorOfTheCaller, DoesTheWork) {
  ThreadEach executor(3);
  expect_same_bits(executor, 0);
  EXPECT_GE(executor.calls, 2) << "the library's own threads did it";
  EXPECT_GE(executor.seen.size(), 2u);
}

TEST(ExecutorOfTheCaller, IsNotAskedForWhatOneThreadDoes) {
  ThreadEach executor(3);
  Problem p;
  p.x = lab::random_rows(DType::float32, 4, 100, seed());
  p.options.executor = &executor;
  EXPECT_EQ(difference_from_oracle(p, run(p)), "");
  expect_same_bits(executor, 1);
  EXPECT_EQ(executor.calls, 0);
}

TEST(ExecutorOfTheCaller, MayHaveAnyConcurrency) {
  for (const int concurrency : {-5, 0, 1, 2, 64}) {
    ThreadEach executor(concurrency);
    expect_same_bits(executor, 0);
  }
}

/// Threads that are asked for beyond the executor's are not to be had.
TEST(ExecutorOfTheCaller, LimitsTheThreads) {
  ThreadEach executor(2);
  Problem p = problems()[0];
  p.options.executor = &executor;
  p.options.threads = 64;
  run(p);
  EXPECT_LE(executor.seen.size(), 2u);
}

/// What an executor must not do: tasks left out, all of them too, and tasks done twice in a row.
TEST(ExecutorOfTheCaller, ThatBreaksItsPromiseStillLeavesTheRightBits) {
  for (const int times : {0, 1, 2}) {
    Repeating executor(times);
    expect_same_bits(executor, 0);
  }
}

TEST(ExecutorOfTheCaller, ServesTheProductsCallToo) {
  ThreadEach executor(2);
  Problem p = problems()[0];
  const Answer expected = run(p);
  io::Array y = io::make_array(DType::float32, p.x.shape);
  RmsNorm norm = p.norm();
  norm.y = y.matrix();
  rms_norm(norm, {.executor = &executor});
  EXPECT_EQ(difference(y, expected.y), "");
  EXPECT_GE(executor.calls, 1);
}

}  // namespace
}  // namespace samebits::test
