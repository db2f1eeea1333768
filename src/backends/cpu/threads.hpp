// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "backends/float_environment.hpp"

namespace samebits::cpu {

/// Threads to use for Options::threads: 0 asks for one on each core.
int resolve_threads(int requested);

/// An arena of so many threads, made on first use and kept. More threads than cores are honoured.
tbb::task_arena& arena(int threads);

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kForThreadSanitizer = true;
#else
inline constexpr bool kForThreadSanitizer = false;
#endif

/// The blocks on threads started for this call, each taking the next block that is left. For the
/// thread sanitizer, which cannot see how oneTBB's library, not instrumented, hands work over, and
/// takes the reuse of a stack after it for a race; std::thread it knows.
template <class Body>
void for_blocks_on_own_threads(int threads, std::int64_t count, std::int64_t grain,
                               const Body& body) {
  std::atomic<std::int64_t> next = 0;
  const auto work = [&] {
    const backends::FloatEnvironment environment;
    for (std::int64_t i = next.fetch_add(grain); i < count; i = next.fetch_add(grain)) {
      body(i, std::min(count, i + grain));
    }
  };
  std::vector<std::jthread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
}

/// Calls body(begin, end) over [0, count) in blocks of about `grain`, on up to `threads` threads,
/// each inside a FloatEnvironment; the caller is in one already. One block runs on the caller's
/// thread with no scheduler at all. The body must not throw.
template <class Body>
void for_blocks(int threads, std::int64_t count, std::int64_t grain, const Body& body) {
  if (threads == 1 || count <= grain) {
    body(std::int64_t{0}, count);
    return;
  }
  if constexpr (kForThreadSanitizer) return for_blocks_on_own_threads(threads, count, grain, body);
  arena(threads).execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, count, grain), [&](const auto& range) {
      const backends::FloatEnvironment environment;
      body(range.begin(), range.end());
    });
  });
}

}  // namespace samebits::cpu
