// SPDX-License-Identifier: Apache-2.0
//
// Compiled twice; SAMEBITS_PEERS is the name of the function that hands the result out. Nothing
// here is tuned, and nothing held back: __restrict and a reciprocal outside of the loop are what a
// careful author writes. No templates of the standard library, which the linker would merge with
// those of other files, compiled for another processor.
#include "bench/peers.hpp"

#include <cmath>

namespace samebits::bench {
namespace {

void scale_row(const float* __restrict x, const float* __restrict weight, float* __restrict y,
               std::int64_t columns, float mean_square, float eps) {
  const float r = 1.0f / std::sqrt(mean_square + eps);
  for (std::int64_t i = 0; i < columns; ++i) y[i] = x[i] * r * weight[i];
}

void float_sum(const float* x, const float* weight, float* y, std::int64_t rows,
               std::int64_t columns, float eps) {
  for (std::int64_t row = 0; row < rows; ++row, x += columns, y += columns) {
    float sum = 0.0f;
    for (std::int64_t i = 0; i < columns; ++i) sum += x[i] * x[i];
    scale_row(x, weight, y, columns, sum / static_cast<float>(columns), eps);
  }
}

void double_sum(const float* x, const float* weight, float* y, std::int64_t rows,
                std::int64_t columns, float eps) {
  for (std::int64_t row = 0; row < rows; ++row, x += columns, y += columns) {
    double sum = 0.0;
    for (std::int64_t i = 0; i < columns; ++i) sum += static_cast<double>(x[i] * x[i]);
    scale_row(x, weight, y, columns, static_cast<float>(sum / static_cast<double>(columns)), eps);
  }
}

void reordered_sum(const float* x, const float* weight, float* y, std::int64_t rows,
                   std::int64_t columns, float eps) {
  for (std::int64_t row = 0; row < rows; ++row, x += columns, y += columns) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < columns; ++i) sum += x[i] * x[i];
    scale_row(x, weight, y, columns, sum / static_cast<float>(columns), eps);
  }
}

void add(const float* __restrict x, const float* __restrict d, float* __restrict h,
         std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) h[i] = x[i] + d[i];
}

}  // namespace

const Peers& SAMEBITS_PEERS() {
  static constexpr Peers kPeers = {float_sum, double_sum, reordered_sum, add};
  return kPeers;
}

}  // namespace samebits::bench
