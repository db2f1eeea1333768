// SPDX-License-Identifier: Apache-2.0
//
// Random inputs that are the same on every machine: integer arithmetic only, since the
// distributions of the standard library differ between implementations.
#pragma once

#include <bit>
#include <cstdint>

#include "io/array.hpp"

namespace samebits::lab {

/// SplitMix64 (Steele, Lea, Flood 2014): tiny, and good enough for test data.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound), bound at least 1.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

  /// Close to a standard normal: the sum of twelve uniforms of 20 bits, which float32 holds
  /// exactly.
  float normal() {
    std::int64_t sum = 0;
    for (int i = 0; i < 4; ++i) {
      const std::uint64_t bits = next();
      sum += static_cast<std::int64_t>((bits & 0xFFFFF) + ((bits >> 20) & 0xFFFFF) +
                                       ((bits >> 40) & 0xFFFFF));
    }
    return static_cast<float>(sum - 6 * 0xFFFFF) * 0x1p-20f;
  }

 private:
  std::uint64_t state_;
};

/// Rows like hidden states: normal, with a few channels a hundred times larger in every row.
io::Array random_rows(DType dtype, std::int64_t rows, std::int64_t columns, std::uint64_t seed);

/// A weight near 1.
io::Array random_weight(DType dtype, std::int64_t columns, std::uint64_t seed);

}  // namespace samebits::lab
