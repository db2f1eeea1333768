// SPDX-License-Identifier: Apache-2.0
//
// Memory beyond input and output: how often a call asks for memory, and how deep its stack grows.
#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <vector>

#include "bench/case.hpp"
#include "bench/data.hpp"

// The C library's allocator is counted by standing in front of it, which only glibc makes simple,
// and which a sanitizer does already.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SAMEBITS_COUNTS_ALLOCATIONS 1
#include <sys/syscall.h>
#include <unistd.h>
#else
#define SAMEBITS_COUNTS_ALLOCATIONS 0
#endif

namespace samebits::bench {
namespace {

std::atomic<bool> counting = false;
std::atomic<std::int64_t> allocations = 0;

#if SAMEBITS_COUNTS_ALLOCATIONS
void count_allocation() {
  if (counting.load(std::memory_order_relaxed)) allocations.fetch_add(1, std::memory_order_relaxed);
}
#endif

}  // namespace
}  // namespace samebits::bench

#if SAMEBITS_COUNTS_ALLOCATIONS
// operator new ends in malloc, and oneTBB's own allocator in mmap.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): glibc's own names for what stands behind these.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

__attribute__((visibility("default"))) void* malloc(std::size_t size) {
  samebits::bench::count_allocation();
  return __libc_malloc(size);
}
__attribute__((visibility("default"))) void* calloc(std::size_t count, std::size_t size) {
  samebits::bench::count_allocation();
  return __libc_calloc(count, size);
}
__attribute__((visibility("default"))) void* realloc(void* memory, std::size_t size) {
  samebits::bench::count_allocation();
  return __libc_realloc(memory, size);
}
__attribute__((visibility("default"))) void* memalign(std::size_t alignment, std::size_t size) {
  samebits::bench::count_allocation();
  return __libc_memalign(alignment, size);
}
__attribute__((visibility("default"))) void* aligned_alloc(std::size_t alignment,
                                                           std::size_t size) {
  return memalign(alignment, size);
}
__attribute__((visibility("default"))) int posix_memalign(void** memory, std::size_t alignment,
                                                          std::size_t size) {
  void* const found = memalign(alignment, size);
  if (found == nullptr) return ENOMEM;
  *memory = found;
  return 0;
}
__attribute__((visibility("default"))) void* mmap(void* address, std::size_t size, int protection,
                                                  int flags, int file, off_t offset) noexcept {
  samebits::bench::count_allocation();
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, size, protection, flags, file, offset));
}
}
#endif

namespace samebits::bench {
namespace {

/// Allocations of the whole process, oneTBB's threads included, in many calls after the first few.
Row count_allocations(const std::string& name, const RmsNorm& norm,
                      const testing::Options& options) {
  constexpr int kWarmUp = 20;
  constexpr int kCalls = 200;
  for (int i = 0; i < kWarmUp; ++i) testing::run(norm, options);
  allocations = 0;
  counting = true;
  for (int i = 0; i < kCalls; ++i) testing::run(norm, options);
  counting = false;
  const auto count = static_cast<double>(allocations.load());
  return {.name = "memory: heap",
          .figure = "allocations in 200 calls, " + name,
          .unit = "calls",
          .value = count,
          .low = count,
          .high = count,
          .goal = 0.0};
}

/// A count of nothing proves nothing unless the counter works.
void check_that_allocations_count() {
  allocations = 0;
  counting = true;
  const io::AlignedBytes some(1 << 10);
  const auto page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  counting = false;
  if (page != MAP_FAILED) munmap(page, 4096);
  if (allocations < 2) throw std::runtime_error("memory: allocations are not counted");
}

std::vector<Row> heap_rows() {
#if SAMEBITS_COUNTS_ALLOCATIONS
  check_that_allocations_count();
  const auto many = random_data(DType::float32, 512, 4096);
  const auto hard = hard_data(DType::float32, 32, 4096);
  const auto row = random_data(DType::float32, 1, 1 << 20);
  RmsNorm hard_norm = hard->operands();
  hard_norm.eps = 0.0;
  return {count_allocations("512x4096, one core", many->operands(), {.threads = 1}),
          count_allocations("512x4096, all cores", many->operands(), {}),
          count_allocations("32x4096 hard rows", hard_norm, {}),
          count_allocations("1x1048576 split over threads", row->operands(), {})};
#else
  return {};
#endif
}

/// A thread's stack of our own making, filled with a pattern; what a function overwrites of it is
/// what it used.
class PaintedStack {
 public:
  static constexpr std::size_t kSize = std::size_t{1} << 20;

  PaintedStack() : memory_(kSize) {
    std::fill(memory_.bytes().begin(), memory_.bytes().end(), kPaint);
  }

  /// Bytes of stack below the frame that calls `work`.
  std::int64_t measure(const Work& work) {
    Task task{&work, nullptr};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    if (pthread_attr_setstack(&attributes, memory_.data(), kSize) != 0 ||
        pthread_create(&thread, &attributes, &run, &task) != 0) {
      throw std::runtime_error("memory: cannot start a thread on a painted stack");
    }
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    const auto bytes = memory_.bytes();
    const auto deepest =
        std::find_if(bytes.begin(), bytes.end(), [](std::byte b) { return b != kPaint; });
    return task.frame - &*deepest;
  }

 private:
  static constexpr std::byte kPaint{0xA5};

  struct Task {
    const Work* work;
    const std::byte* frame;
  };

  static void* run(void* argument) {
    auto* task = static_cast<Task*>(argument);
    task->frame = static_cast<const std::byte*>(__builtin_frame_address(0));
    (*task->work)();
    return nullptr;
  }

  io::AlignedBytes memory_;
};

Row stack_row(const std::string& name, DType dtype, const testing::Options& options, double goal) {
  const auto data = random_data(dtype, 32, 4096);
  const Work work = [&] { testing::run(data->operands(), options); };
  work();  // binding symbols and first-time tables take stack too, once
  PaintedStack stack;
  const auto bytes = static_cast<double>(stack.measure(work));
  return {.name = "memory: stack",
          .figure = std::string(name_of(dtype)) + " 32x4096, " + name,
          .unit = "bytes",
          .value = bytes,
          .low = bytes,
          .high = bytes,
          .goal = goal};
}

/// "A few kilobytes": one page for an ordinary call; for the exact path its 8 KiB of bins and 4 KiB
/// of terms besides.
std::vector<Row> stack_rows() {
  constexpr double kOrdinary = 4096;
  constexpr double kExactPath = 4 * 4096;
  std::vector<Row> rows;
  for (const DType dtype : {DType::float32, DType::bfloat16, DType::float16}) {
    rows.push_back(stack_row("ordinary rows", dtype, {.threads = 1}, kOrdinary));
    rows.push_back(
        stack_row("exact path", dtype, {.threads = 1, .decide_in_integers = true}, kExactPath));
  }
  return rows;
}

}  // namespace

std::vector<Probe> memory_probes() {
  return {{"memory: heap", &heap_rows}, {"memory: stack", &stack_rows}};
}

}  // namespace samebits::bench
