// SPDX-License-Identifier: Apache-2.0
//
// The table of row kernels, one for each element type and SIMD target. A kernel works on one row
// (or a piece of one), knows nothing of threads, and expects the float environment that
// FloatEnvironment sets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/call.hpp"

namespace samebits::cpu {

/// A sum of squares in double, and the height of the tree of additions that formed it (C7).
struct DoubleSum {
  double sum;
  double height;

  /// One addition more.
  void join(const DoubleSum& other) {
    sum += other.sum;
    height = std::max(height, other.height) + 1.0;
  }
};

/// One row of the elementwise part. `residual`, `weight` and `residual_output` may be null where
/// the rules do not use them.
struct NormalizeRow {
  const void* x;
  const void* residual;
  const void* weight;
  void* y;
  void* residual_output;
  float inverse_rms;
  std::int64_t columns;
};

using SumDouble = DoubleSum (*)(const void* x, const void* residual, std::int64_t columns);
using SumFloat = float (*)(const void* x, const void* residual, std::int64_t columns);
using SumBlock = float (*)(const void* x, const void* residual, std::int64_t columns,
                           std::int64_t width);
using Normalize = void (*)(const NormalizeRow& row);

/// numeric::SquareBins::term for `count` elements, in any order; element i of both outputs belong
/// together. Room for kTermBlock elements.
using SquareTerms = void (*)(const void* x, const void* residual, std::int64_t count,
                             std::uint64_t* exponents, std::uint64_t* squares);
inline constexpr std::int64_t kTermBlock = 256;

inline constexpr int kResidualRules = 3;  // as numeric::ResidualRule
inline constexpr int kWeightRules = 4;    // as numeric::WeightRule

struct Kernels {
  SumDouble sum_double[kResidualRules];
  SumFloat sum_float[kResidualRules];
  SumBlock sum_block[kResidualRules];
  SquareTerms square_terms[kResidualRules];
  /// Indices: residual rule, weight rule, weight is float32, stores bypass the cache.
  Normalize normalize[kResidualRules][kWeightRules][2][2];
};

/// The targets compiled into this build and present on this processor, best first; never empty.
/// Simd::target is Highway's bit.
std::span<const testing::Simd> targets();

/// The one that a call asks for: the best, unless it names another. Throws Error (invalid_argument)
/// for one that targets() does not have.
testing::Simd target_of(testing::Simd wanted);

/// The kernels of one target, from targets().
const Kernels& kernels(DType dtype, testing::Simd target);

// One for each element type, in kernels_<type>.cpp; null for a target that was not compiled.
const Kernels* kernels_float32(std::int64_t target_bit);
const Kernels* kernels_float16(std::int64_t target_bit);
const Kernels* kernels_bfloat16(std::int64_t target_bit);

/// Converts on one target, for the test that compares every encoding with numeric/formats.hpp.
struct Converters {
  void (*to_float)(const void* from, float* to, std::int64_t count);
  void (*from_float)(const float* from, void* to, std::int64_t count);
};
const Converters* converters_float16(std::int64_t target_bit);
const Converters* converters_bfloat16(std::int64_t target_bit);

}  // namespace samebits::cpu
