// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>
#include <vector>

namespace samebits::lab::audit {

/// While it lives, twice as many threads as cores work in bursts of uneven length and jump from
/// core to core, so that a subject's workers are delayed, moved and overtake one another.
class Disturbance {
 public:
  Disturbance();

 private:
  std::vector<std::jthread> threads_;
};

}  // namespace samebits::lab::audit
