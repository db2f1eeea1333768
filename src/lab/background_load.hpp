// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>
#include <vector>

namespace samebits::lab {

/// While it lives, threads that work in bursts of uneven length, one for each core: what a server's
/// other requests look like to the scheduler, and what brings races out.
class BackgroundLoad {
 public:
  explicit BackgroundLoad(int threads);

 private:
  std::vector<std::jthread> threads_;
};

}  // namespace samebits::lab
