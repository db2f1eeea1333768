// SPDX-License-Identifier: Apache-2.0
//
// "Allocates nothing after the first call with Method::exact": counted by standing in for malloc
// and for operator new. A program of its own, because the stand-ins serve all of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "samebits/l2_norm.hpp"
#include "samebits/samebits.h"
#include "tests/support.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SAMEBITS_SANITIZED
#elif defined(__has_feature)  // clang's way of saying it
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SAMEBITS_SANITIZED
#endif
#endif

#if defined(SAMEBITS_SANITIZED)
#define SAMEBITS_COUNTS_ALLOCATIONS 0  // the sanitizers stand in for malloc themselves
#else
#define SAMEBITS_COUNTS_ALLOCATIONS 1
#endif

namespace {

// Of this thread: what other threads and oneTBB's own do is not the caller's.
thread_local std::int64_t allocations = 0;

}  // namespace

#if SAMEBITS_COUNTS_ALLOCATIONS

#if defined(__GLIBC__)

// glibc lets a program replace malloc and offers the original under these names. Its operator new,
// fmt and oneTBB all end here, if the libraries can see it: everything else is built hidden.
#pragma GCC visibility push(default)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory != nullptr ? 0 : 12;  // ENOMEM
}
}
#pragma GCC visibility pop

#else

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

#endif
#endif

namespace samebits::test {
namespace {

class Allocation : public ::testing::Test {
 protected:
  void SetUp() override {
    if (SAMEBITS_COUNTS_ALLOCATIONS == 0) GTEST_SKIP() << "a sanitizer stands in for malloc";
    const std::int64_t before = allocations;
    int* volatile number =
        new int;  // volatile, or an allocation that is seen freed may be left out
    delete number;
    ASSERT_GT(allocations, before) << "allocations are not counted on this system";
  }

  /// Allocations of this thread in each of `calls` calls after the first.
  static std::int64_t allocations_after_first(const Problem& p, int calls) {
    io::Array y = io::make_array(p.x.dtype, p.x.shape), h = y;
    RmsNorm norm = p.norm();
    norm.y = y.matrix();
    if (p.residual) norm.residual_output = h.matrix();
    testing::run(norm, p.options);
    const std::int64_t before = allocations;
    for (int i = 0; i < calls; ++i) testing::run(norm, p.options);
    return allocations - before;
  }

  static Problem problem(DType dtype, std::int64_t rows, std::int64_t columns,
                         lab::Random& random) {
    Problem p;
    p.x = lab::random_rows(dtype, rows, columns, random.next());
    p.weight = lab::random_weight(dtype, columns, random.next());
    p.residual = lab::random_rows(dtype, rows, columns, random.next());
    return p;
  }
};

TEST_F(Allocation, NoneOnOneThread) {
  lab::Random random(seed());
  for (const DType dtype : {DType::float32, DType::float16, DType::bfloat16}) {
    for (const bool force : {false, true}) {
      for (const std::int64_t rows : {1, 500}) {
        Problem p = problem(dtype, rows, 1000, random);
        testing::RunStats stats;
        p.options.threads = 1;
        p.options.decide_in_integers = force;
        p.options.stats = &stats;
        EXPECT_EQ(allocations_after_first(p, 20), 0) << name_of(dtype) << " " << rows << " rows";
      }
    }
  }
}

/// A device and a target are looked up in lists: neither lookup needs one of its own.
TEST_F(Allocation, NoneForNamedTargetAndDevice) {
  lab::Random random(seed());
  Problem p = problem(DType::float32, 3, 100, random);
  p.options.device = Device::parse("cpu:0");
  EXPECT_EQ(allocations_after_first(p, 20), 0) << "device";
  for (const auto& target : testing::simd_targets()) {
    p.options.simd = target;
    EXPECT_EQ(allocations_after_first(p, 20), 0) << target;
  }
}

/// Few rows need no second thread, whatever the option allows.
TEST_F(Allocation, NoneForFewRowsOnManyThreads) {
  lab::Random random(seed());
  Problem p = problem(DType::float32, 4, 4096, random);
  p.options.threads = 4;
  EXPECT_EQ(allocations_after_first(p, 100), 0);
}

TEST_F(Allocation, NoneForTheOtherOperations) {
  float x[4] = {1.0f, 2.0f, 3.0f, 4.0f}, y[4] = {};
  const L2Norm norm{.x = view(x, 1, 4), .y = view(y, 1, 4)};
  l2_norm(norm);
  const std::int64_t before = allocations;
  for (int i = 0; i < 20; ++i) l2_norm(norm);
  EXPECT_EQ(allocations, before);
}

TEST_F(Allocation, NoneThroughC) {
  const float x[4] = {1.0f, 2.0f, 3.0f, 4.0f};
  float y[4] = {};
  samebits_rms_norm_args args = samebits_rms_norm_init();
  args.rows = 1;
  args.columns = args.x_row_stride = args.y_row_stride = 4;
  args.x = x;
  args.y = y;
  ASSERT_EQ(samebits_rms_norm(&args, nullptr), SAMEBITS_OK);
  const std::int64_t before = allocations;
  ASSERT_EQ(samebits_rms_norm(&args, nullptr), SAMEBITS_OK);
  EXPECT_EQ(allocations, before);
}

/// Over threads the library allocates nothing either, but oneTBB may refill a pool of its own now
/// and then: far less than once a call.
TEST_F(Allocation, RareOverThreads) {
  constexpr int kCalls = 200;
  lab::Random random(seed());
  for (const auto& [rows, columns] :
       {std::pair<std::int64_t, std::int64_t>{500, 1000}, {1, 262144}}) {
    Problem p = problem(DType::float32, rows, columns, random);
    p.options.threads = 4;
    const std::int64_t warm_up = allocations_after_first(p, kCalls);
    const std::int64_t counted = allocations_after_first(p, kCalls);
    RecordProperty("allocations", std::to_string(warm_up) + ", " + std::to_string(counted));
    EXPECT_LT(counted, kCalls / 10) << rows << " rows";
  }
}

}  // namespace
}  // namespace samebits::test
