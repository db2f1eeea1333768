// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/disturbance.hpp"

#if defined(__linux__)
#include <sched.h>
#endif

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <system_error>

#include "core/thread_pool.hpp"
#include "lab/random.hpp"

namespace samebits::lab::audit {
namespace {

/// Onto a core of those that the process may use; elsewhere the system moves threads as it likes.
class CoreMover {
 public:
#if defined(__linux__)
  CoreMover() {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return;
    for (std::size_t i = 0; i < CPU_SETSIZE; ++i) {
      if (CPU_ISSET(i, &allowed)) cores_.push_back(i);
    }
  }
  void move(Random& random) const {
    if (cores_.empty()) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cores_[random.below(cores_.size())], &one);
    sched_setaffinity(0, sizeof(one), &one);  // of this thread; a refusal changes nothing
  }

 private:
  std::vector<std::size_t> cores_;
#else
  void move(Random&) const {}
#endif
};

void work_in_bursts(const std::stop_token& stop, std::uint64_t seed) {
  using std::chrono::microseconds;
  Random random(seed);
  const CoreMover mover;
  while (!stop.stop_requested()) {
    mover.move(random);
    const auto until = std::chrono::steady_clock::now() + microseconds(20 + random.below(1000));
    while (std::chrono::steady_clock::now() < until) random.next();
    std::this_thread::sleep_for(microseconds(random.below(400)));
  }
}

}  // namespace

Disturbance::Disturbance() {
  const unsigned count = 2 * static_cast<unsigned>(core::available_cores());
  for (unsigned i = 0; i < count; ++i) {
    try {
      threads_.emplace_back([i](const std::stop_token& stop) { work_in_bursts(stop, i + 1); });
    } catch (const std::system_error&) {
      return;  // less of it, then: the machine is at its limit already
    }
  }
}

}  // namespace samebits::lab::audit
