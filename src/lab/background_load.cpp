// SPDX-License-Identifier: Apache-2.0
#include "lab/background_load.hpp"

#include <chrono>
#include <stop_token>
#include <system_error>

#include "lab/random.hpp"

namespace samebits::lab {
namespace {

void work_in_bursts(const std::stop_token& stop, std::uint64_t seed) {
  Random random(seed);
  while (!stop.stop_requested()) {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::microseconds(50 + random.below(2000));
    while (std::chrono::steady_clock::now() < until) random.next();
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(300)));
  }
}

}  // namespace

BackgroundLoad::BackgroundLoad(int threads) {
  for (int i = 0; i < threads; ++i) {
    try {
      threads_.emplace_back(
          [i](const std::stop_token& stop) { work_in_bursts(stop, 1 + std::uint64_t(i)); });
    } catch (const std::system_error&) {
      return;  // less load, then: the machine is at its limit already
    }
  }
}

}  // namespace samebits::lab
