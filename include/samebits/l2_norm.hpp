// SPDX-License-Identifier: Apache-2.0
//
// L2 normalization, correctly rounded:  y = x * r,  r = 1 / sqrt(sum(x^2) + eps). Qwen3-Next and
// Kimi normalize queries and keys by it. What is computed, to the last bit: contract/CONTRACT.md,
// with C3 as clause L1 has it.
#pragma once

#include "samebits/core.hpp"

namespace samebits {

/// Shapes: x and y are rows x columns of one dtype. y may be exactly the same view as x; any other
/// overlap is an error.
struct L2Norm {
  ConstMatrix x{};
  Matrix y{};
  double eps = 1e-6;  ///< added to the sum of squares; 0 or in [2^-100, 2^100]
};

/// Normalizes each row of x. Promises and errors as rms_norm().
SAMEBITS_API void l2_norm(const L2Norm& norm, const Where& where = {});

/// What l2_norm() would answer, without doing it.
SAMEBITS_API Support supports(const L2Norm& norm, const Where& where = {});

}  // namespace samebits
