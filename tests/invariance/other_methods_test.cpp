// SPDX-License-Identifier: Apache-2.0
//
// The other methods are kept to be measured, so each must show what it is kept for: these tests
// fail if one of them became invariant by accident, or varied where it claims not to.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

Problem random_rows_problem(DType dtype, std::int64_t rows, std::int64_t columns, Method method,
                            lab::Random& random) {
  Problem p;
  p.x = lab::random_rows(dtype, rows, columns, random.next());
  p.options.method = method;
  return p;
}

io::Array on_target(Problem p, testing::Simd target) {
  p.options.simd = target;
  return run(p).y;
}

/// `standard` and `chunked` add as many partial sums as a register has lanes.
TEST(OtherMethods, SimdTargetsMoveBitsOfStandardAndChunked) {
  if (testing::simd_targets().size() < 2) GTEST_SKIP() << "only one SIMD target here";
  lab::Random random(seed());
  for (const Method method : {Method::standard, Method::chunked}) {
    const Problem p = random_rows_problem(DType::float32, 200, 1000, method, random);
    const io::Array best = on_target(p, testing::simd_targets().front());
    bool differ = false;
    for (const auto& target : testing::simd_targets()) {
      differ = differ || !difference(on_target(p, target), best).empty();
    }
    EXPECT_TRUE(differ) << name_of(method);
  }
}

/// On one target they are functions of the row, whatever the threads.
TEST(OtherMethods, ThreadsMoveNoBitOfTheOrderedOnes) {
  lab::Random random(seed());
  for (const Method method : {Method::standard, Method::chunked, Method::adaptive}) {
    for (const DType dtype : kAllDTypes) {
      Problem p = random_rows_problem(dtype, 300, 1000, method, random);
      p.options.threads = 1;
      const Answer one = run(p);
      for (int i = 0; i < 5; ++i) {
        p.options.threads = 4;
        ASSERT_EQ(difference(run(p), one), "") << name_of(method);
      }
    }
  }
}

TEST(OtherMethods, ChunkMovesBitsOfChunked) {
  lab::Random random(seed());
  Problem p = random_rows_problem(DType::float32, 200, 1000, Method::chunked, random);
  const Answer usual = run(p);
  p.options.chunk = 64;
  EXPECT_EQ(difference(run(p), usual), "") << "64 is the default";
  p.options.chunk = 128;
  EXPECT_NE(difference(run(p), usual), "");
}

/// Repeatable, equal on every target, and different from 256 rows on.
TEST(OtherMethods, AdaptiveChangesBitsAt256Rows) {
  lab::Random random(seed());
  const Problem all = random_rows_problem(DType::float32, 256, 3000, Method::adaptive, random);
  const auto narrow_rows = indices(256);
  const std::span<const std::int64_t> wide_rows(narrow_rows.data(), 255);
  const io::Array narrow = run(all).y;
  const io::Array wide = run(take_rows(all, wide_rows)).y;
  EXPECT_EQ(difference(run(all).y, narrow), "");
  for (const auto& target : testing::simd_targets()) {
    EXPECT_EQ(difference(on_target(all, target), narrow), "") << target;
  }
  EXPECT_NE(difference(wide, take_rows(narrow, wide_rows)), "") << "crossing 256 rows moved no bit";
  const std::int64_t first[] = {0};
  EXPECT_EQ(difference(run(take_rows(all, first)).y, take_rows(wide, first)), "")
      << "below 256 rows their number has no influence";
}

TEST(OtherMethods, ChunkedParallelOnOneThreadIsChunked) {
  lab::Random random(seed());
  for (const DType dtype : kAllDTypes) {
    for (const std::int64_t chunk :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{100}, std::int64_t{4096}, INT64_MAX}) {
      Problem p = random_rows_problem(dtype, 7, 1000, Method::chunked, random);
      p.options.chunk = chunk;
      p.options.threads = 1;
      const Answer chunked = run(p);
      p.options.method = Method::chunked_parallel;
      EXPECT_EQ(difference(run(p), chunked), "") << "chunk " << chunk;
    }
  }
}

/// A true race: 64 chunks of 64 rows each, so that about every other order of two chunks shows in
/// some row. One trial in a few differs even on two cores; 2000 without a second result would mean
/// that there is no race any more.
TEST(OtherMethods, ChunkedParallelVaries) {
  constexpr int kTrials = 2000;
  lab::Random random(seed());
  Problem p = random_rows_problem(DType::float32, 64, 64 * 256, Method::chunked_parallel, random);
  p.options.chunk = 256;
  p.options.threads = 4;
  std::atomic<bool> stop = false;
  std::thread load([&] {
    while (!stop.load(std::memory_order_relaxed)) std::this_thread::yield();
  });
  const Answer first = run(p);
  int trials = 1;
  bool varied = false;
  for (; trials < kTrials && !varied; ++trials) varied = !difference(run(p), first).empty();
  stop = true;
  load.join();
  EXPECT_TRUE(varied) << "one result in " << trials << " trials";
  RecordProperty("trials", trials);
}

/// `exact` next to them, on the same rows: the outputs agree to a few units, which says that each
/// computes the same function and only rounds otherwise.
TEST(OtherMethods, AllAgreeApproximately) {
  lab::Random random(seed());
  for (const Method method : all_methods()) {
    Problem p = random_rows_problem(DType::float32, 20, 1500, Method::exact, random);
    const io::Array exact = run(p).y;
    p.options.method = method;
    const io::Array other = run(p).y;
    const auto* a = reinterpret_cast<const float*>(exact.data.data());
    const auto* b = reinterpret_cast<const float*>(other.data.data());
    for (std::int64_t i = 0; i < exact.elements(); ++i) {
      ASSERT_NEAR(a[i], b[i], 1e-5 * std::abs(a[i])) << name_of(method);
    }
  }
}

}  // namespace
}  // namespace samebits::test
