// SPDX-License-Identifier: Apache-2.0
//
// RMSNorm as it is usually written, float32, one thread, each row x * r * weight.
#pragma once

#include <cstdint>

namespace samebits::bench {

struct Peers {
  using Norm = void (*)(const float* x, const float* weight, float* y, std::int64_t rows,
                        std::int64_t columns, float eps);

  /// One float accumulator in index order. The language forbids the compiler to reorder it.
  Norm float_sum;
  /// Squares rounded to float, one double accumulator, as ggml's CPU code sums.
  Norm double_sum;
  /// One float accumulator that the compiler may split over lanes ("omp simd").
  Norm reordered_sum;
  /// h = x + d, by itself: the pass that a fused residual saves.
  void (*add)(const float* x, const float* d, float* h, std::int64_t count);
};

/// Compiled from peers.cpp with -O3: for any processor of this architecture, ...
const Peers& baseline_peers();
/// ... and for the one that compiled it.
const Peers& native_peers();

}  // namespace samebits::bench
