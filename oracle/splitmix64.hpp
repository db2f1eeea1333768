// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace samebits::oracle {

/// SplitMix64: the same sequence everywhere, which the distributions of <random> do not promise.
class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /// In [0, bound). The bias of the remainder does not matter to tests.
  uint64_t below(uint64_t bound) { return next() % bound; }

 private:
  uint64_t state_;
};

}  // namespace samebits::oracle
