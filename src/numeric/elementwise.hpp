// SPDX-License-Identifier: Apache-2.0
//
// Clauses C4 to C6: all that happens to one element, given the inverse RMS of its row. Each line
// is one IEEE operation, rounded once; nothing may contract or reassociate them.
#pragma once

#include "numeric/formats.hpp"

namespace samebits::numeric {

/// How the weight enters; mirrors samebits::WeightMode without its header.
enum class WeightRule { none, scale, cast_first, one_plus };

/// What is normalized when there is a residual (C6).
enum class ResidualRule { none, rounded, unrounded };

/// C6: RN32(x + d). For the 16-bit formats RN_T of this equals RN_T of the exact sum: float32 has
/// 24 bits, at least 2p + 2 for p = 11 and p = 8, which makes the double rounding of a sum
/// harmless; subnormal results are exact in both formats.
template <class T>
SAMEBITS_HD inline float residual_sum(T x, T d) {
  return to_float(x) + to_float(d);
}

/// The value that takes the place of x in C1 to C5.
template <class T, ResidualRule kRule>
SAMEBITS_HD inline float normalized_input(T x, T d) {
  if constexpr (kRule == ResidualRule::none) {
    return to_float(x);
  } else if constexpr (kRule == ResidualRule::rounded) {
    return round_to<T>(residual_sum(x, d));
  } else {
    return residual_sum(x, d);
  }
}

/// C4 and C5: y before its last rounding to T, which from_float does.
template <class T, WeightRule kRule>
SAMEBITS_HD inline float weighted(float x, float inverse_rms, float weight) {
  const float t = x * inverse_rms;  // C4
  if constexpr (kRule == WeightRule::none) {
    return t;
  } else if constexpr (kRule == WeightRule::scale) {
    return t * weight;
  } else if constexpr (kRule == WeightRule::cast_first) {
    return round_to<T>(t) * weight;
  } else {
    const float factor = 1.0f + weight;
    return t * factor;
  }
}

}  // namespace samebits::numeric
