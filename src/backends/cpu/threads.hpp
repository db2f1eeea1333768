// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <cstdint>

#include "backends/float_environment.hpp"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace samebits::cpu {

/// Threads to use for Options::threads: 0 asks for one on each core.
int resolve_threads(int requested);

/// An arena of so many threads, made on first use and kept. More threads than cores are honoured.
tbb::task_arena& arena(int threads);

/// Tells the thread sanitizer of an order that it cannot see inside oneTBB, which is not
/// instrumented: the work happens after the call begins and before it returns.
class Handover {
 public:
#if defined(__SANITIZE_THREAD__)
  void give() const {
    __tsan_release(const_cast<Handover*>(this));
  }
  void take() const {
    __tsan_acquire(const_cast<Handover*>(this));
  }
#else
  void give() const {}
  void take() const {}
#endif
};

/// Calls body(begin, end) over [0, count) in blocks of about `grain`, on up to `threads` threads,
/// each inside a FloatEnvironment; the caller is in one already. One block runs on the caller's
/// thread with no scheduler at all. The body must not throw.
template <class Body>
void for_blocks(int threads, std::int64_t count, std::int64_t grain, const Body& body) {
  if (threads == 1 || count <= grain) {
    body(std::int64_t{0}, count);
    return;
  }
  const Handover start, finish;
  start.give();
  arena(threads).execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, count, grain), [&](const auto& range) {
      start.take();
      {
        const backends::FloatEnvironment environment;
        body(range.begin(), range.end());
      }
      finish.give();
    });
  });
  finish.take();
}

}  // namespace samebits::cpu
