// SPDX-License-Identifier: Apache-2.0
#include "backends/cpu/threads.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>

#include <map>
#include <memory>
#include <mutex>

namespace samebits::cpu {
namespace {

class Arenas {
 public:
  tbb::task_arena& find(int threads) {
    const std::lock_guard lock(mutex_);
    allow(threads);
    return by_size_.try_emplace(threads, threads).first->second;
  }

 private:
  /// oneTBB grants no more threads than cores unless a global_control lives that allows it. Of
  /// several the smallest rules, so there is only ever one, for the largest arena.
  void allow(int threads) {
    if (threads <= allowed_) return;
    allowance_.reset();
    allowance_ = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                       static_cast<std::size_t>(threads));
    allowed_ = threads;
  }

  std::mutex mutex_;
  int allowed_ = tbb::info::default_concurrency();
  std::unique_ptr<tbb::global_control> allowance_;
  std::map<int, tbb::task_arena> by_size_;
};

}  // namespace

int resolve_threads(int requested) {
  static const int cores = tbb::info::default_concurrency();
  return requested == 0 ? cores : requested;
}

tbb::task_arena& arena(int threads) {
  // Never destroyed: oneTBB may already be gone when static destructors run.
  static Arenas& arenas = *new Arenas;
  return arenas.find(threads);
}

}  // namespace samebits::cpu
