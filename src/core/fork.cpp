// SPDX-License-Identifier: Apache-2.0
#include "core/fork.hpp"

#include <pthread.h>

#include <atomic>

namespace samebits::core {
namespace {

constinit std::atomic<std::uint32_t> count = 0;

// Not by comparing process numbers: the system gives them out again.
[[maybe_unused]] const int at_load =
    pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });

}  // namespace

std::uint32_t forks() {
  return count.load(std::memory_order_relaxed);
}

}  // namespace samebits::core
