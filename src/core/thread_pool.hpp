// SPDX-License-Identifier: Apache-2.0
//
// The threads that calls on the processor share. By hand, because a library is a guest: oneTBB,
// which served here before, ends the process where a thread cannot be started, may hang in a child
// made by fork(), and lifts a limit of the whole process. See docs/threads.md.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "core/float_environment.hpp"

namespace samebits::core {

/// The most threads that one call may ask for.
inline constexpr int kMaxThreads = 1024;

/// The cores that this process may run on, at least 1.
int available_cores();

/// Threads to use for Options::threads: 0 asks for one on each core.
inline int resolve_threads(int requested) {
  return requested == 0 ? available_cores() : requested;
}

/// Calls work(context) on the caller's thread and, at the same time, on up to `threads` - 1 others,
/// and returns when all that began have ended. As many as the system lets us start: at worst the
/// caller's alone, so that work must be shared out by an atomic counter and not by thread number.
/// work must not throw, and must not call this function.
void run_on_threads(int threads, void (*work)(void*), void* context);

/// Calls body(begin, end) over [0, count) in blocks of `grain`, on up to `threads` threads, each
/// inside a FloatEnvironment; the caller is in one already. What fits one block runs on the
/// caller's thread at once. The body must not throw.
template <class Body>
void for_blocks(int threads, std::int64_t count, std::int64_t grain, const Body& body) {
  if (threads == 1 || count <= grain) {
    body(std::int64_t{0}, count);
    return;
  }
  struct Blocks {
    const Body& body;
    std::int64_t count, grain;
    std::atomic<std::int64_t> next = 0;
  } blocks{body, count, grain};
  const std::int64_t useful = (count + grain - 1) / grain;
  run_on_threads(
      static_cast<int>(std::min<std::int64_t>(threads, useful)),
      [](void* context) {
        const FloatEnvironment environment;
        auto& b = *static_cast<Blocks*>(context);
        for (std::int64_t i = b.next.fetch_add(b.grain); i < b.count;
             i = b.next.fetch_add(b.grain)) {
          b.body(i, std::min(b.count, i + b.grain));
        }
      },
      &blocks);
}

}  // namespace samebits::core
