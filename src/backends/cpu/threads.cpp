// SPDX-License-Identifier: Apache-2.0
#include "backends/cpu/threads.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>

#include <map>
#include <memory>
#include <mutex>

namespace samebits::cpu {
namespace {

/// oneTBB grants no more threads than cores unless a global_control lives that allows it.
struct Arena {
  explicit Arena(int threads) : arena(threads) {
    if (threads > tbb::info::default_concurrency()) {
      allowance = std::make_unique<tbb::global_control>(
          tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    }
  }
  std::unique_ptr<tbb::global_control> allowance;
  tbb::task_arena arena;
};

struct Arenas {
  std::mutex mutex;
  std::map<int, Arena> by_size;
};

}  // namespace

int resolve_threads(int requested) {
  static const int cores = tbb::info::default_concurrency();
  return requested == 0 ? cores : requested;
}

tbb::task_arena& arena(int threads) {
  // Never destroyed: oneTBB may already be gone when static destructors run.
  static Arenas& arenas = *new Arenas;
  const std::lock_guard lock(arenas.mutex);
  return arenas.by_size.try_emplace(threads, threads).first->second.arena;
}

}  // namespace samebits::cpu
