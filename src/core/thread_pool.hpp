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
#include "samebits/core.hpp"

namespace samebits::core {

/// The most threads that one call may ask for.
inline constexpr int kMaxThreads = 1024;

/// The cores that this process may run on, at least 1.
int available_cores();

/// How many threads a call may use, and whose they are.
struct Crew {
  int threads;         ///< the caller's included
  Executor* executor;  ///< null: those of this file
};

/// 0 asks for one on each core, or for all that the executor has.
Crew crew_of(int requested, Executor* executor);

/// Calls work(context) on the caller's thread and, at the same time, on up to `threads` - 1 others,
/// and returns when all that began have ended. As many as the system lets us start: at worst the
/// caller's alone, so that work must be shared out by an atomic counter and not by thread number.
/// work must not throw, and must not call this function.
void run_on_threads(int threads, void (*work)(void*), void* context);

/// The same on an executor's threads, and once on the caller's when they are done: an executor that
/// left something out, against its promise, leaves nothing undone.
void run_on_executor(const Crew& crew, void (*work)(void*), void* context);

/// Calls body(begin, end) over [0, count) in blocks of `grain`, on the threads of `crew`, each
/// inside a FloatEnvironment; the caller is in one already. What fits one block runs on the
/// caller's thread at once. The body must not throw.
template <class Body>
void for_blocks(const Crew& crew, std::int64_t count, std::int64_t grain, const Body& body) {
  if (crew.threads == 1 || count <= grain) {
    body(std::int64_t{0}, count);
    return;
  }
  struct Blocks {
    const Body& body;
    std::int64_t count, grain;
    std::atomic<std::int64_t> next = 0;
  } blocks{body, count, grain};
  const std::int64_t useful = (count + grain - 1) / grain;
  const auto work = [](void* context) {
    const FloatEnvironment environment;
    auto& b = *static_cast<Blocks*>(context);
    for (std::int64_t i = b.next.fetch_add(b.grain); i < b.count; i = b.next.fetch_add(b.grain)) {
      b.body(i, std::min(b.count, i + b.grain));
    }
  };
  const int threads = static_cast<int>(std::min<std::int64_t>(crew.threads, useful));
  crew.executor == nullptr ? run_on_threads(threads, work, &blocks)
                           : run_on_executor({threads, crew.executor}, work, &blocks);
}

}  // namespace samebits::core
