// SPDX-License-Identifier: Apache-2.0
//
// C3: r = RN32(1 / sqrt(S / n + eps)), the only reduction of the operation, correctly rounded.
// First in double with a proof (C7), and where the proof fails in integers (C8).
#pragma once

#include <cmath>

#include "numeric/wide_sum.hpp"

namespace samebits::numeric {

/// An inverse RMS, and whether it is proven to be the correctly rounded one.
struct InverseRms {
  float value;
  bool certain;
};

/// C7: round and verify.
///
/// `sum` is a sum of exact squares formed in double by any tree of height `height`; `count` is n.
/// Range: sum in [0, 2^302] or infinite or NaN; count in [1, 2^46); eps 0 or in [2^-100, 2^100].
///
/// Relative error of each step, u = 2^-53, all terms nonnegative so that errors do not amplify:
///   sum          h u        a path through the tree has h additions
///   / n          1 u
///   + eps        1 u        total (h + 2) u
///   sqrt         1 u        halves what came before: (h/2 + 2) u
///   1 / x        1 u        (h/2 + 3) u
///   1 -+ d       1 u        the factor itself is rounded
///   product      1 u        (h/2 + 5) u
/// Products of errors are below h^2 u^2, less than one further u while h < 2^26; so d = h/2 + 6.
/// RN32 is monotone: if both ends of the interval round to one float32, so does the true value.
SAMEBITS_HD inline InverseRms round_and_verify(double sum, std::int64_t count, double eps,
                                               double height) {
  const double mean_square = sum / static_cast<double>(count) + eps;
  const double root = 1.0 / std::sqrt(mean_square);
  const double d = (0.5 * height + 6.0) * 0x1p-53;
  const float low = static_cast<float>(root * (1.0 - d));
  const float high = static_cast<float>(root * (1.0 + d));
  // NaN in the row: r is NaN and every output will be (C9); nothing is left to decide. Above the
  // height up to which the bound is proven nothing is certain, and integers decide.
  return {low, is_nan(low) || (low == high && height < 0x1p26)};
}

/// The exact mean square times n, as an integer: A = (S + n eps) / 2^kUnitExponent.
SAMEBITS_HD inline WideSum with_eps(WideSum sum, std::int64_t count, double eps) {
  if (eps == 0.0) return sum;
  // eps is normal: 53 bits times 2^(field - 1075); n has 46 bits, so go by halves of 23.
  const std::uint64_t bits = bit_cast<std::uint64_t>(eps);
  const std::uint64_t significand = (bits & 0x000FFFFFFFFFFFFFull) | 0x0010000000000000ull;
  const int position = static_cast<int>(bits >> 52) - 1075 - WideSum::kUnitExponent;
  WideSum low;
  low.add(significand, position);
  low.carry();
  WideSum high = low;
  low.multiply(static_cast<std::uint32_t>(count & 0x7FFFFF));
  high.multiply(static_cast<std::uint32_t>(count >> 23));
  high.multiply(1u << 23);
  sum.add(low);
  sum.add(high);
  return sum;
}

/// Where 1/sqrt(A 2^-298 / n) lies against the midpoint M of the float32 with encoding `bits` and
/// the next one up: -1 below, 0 on it, 1 above. `bits` is finite and nonnegative.
///
/// M = m 2^e with an odd m of at most 25 bits, and r > M exactly when M^2 A 2^-298 < n, that is
/// m^2 A < n 2^(298 - 2e). e lies between -150 (subnormals) and 103 (the threshold of overflow), so
/// the shift lies between 92 and 598 and both sides are integers.
SAMEBITS_HD inline int compare_root(const WideSum& a, std::int64_t count, std::uint32_t bits) {
  const std::uint32_t field = bits >> 23;
  const std::uint32_t significand = (bits & 0x007FFFFFu) | (field != 0 ? 0x00800000u : 0u);
  const std::uint32_t m = 2u * significand + 1u;
  const int e = static_cast<int>(field != 0 ? field : 1u) - 151;
  WideSum left = a;
  left.multiply(m);
  left.multiply(m);
  WideSum right;
  right.add(static_cast<std::uint64_t>(count), -WideSum::kUnitExponent - 2 * e);
  right.carry();
  return -left.compare(right);
}

/// C8: decides r from the exact sum of squares alone, starting from any estimate; one that is a
/// float32 step away costs one comparison more. Rounds to nearest, ties to even, overflow to
/// infinity. The row must be finite.
SAMEBITS_HD inline float exact_inverse_rms(const WideSum& sum, std::int64_t count, double eps,
                                           float estimate) {
  constexpr std::uint32_t kInfinity = 0x7F800000u;
  const WideSum a = with_eps(sum, count, eps);
  std::uint32_t bits = bit_cast<std::uint32_t>(estimate);
  const auto above_or_tied_to_even = [&](std::uint32_t lower) {
    const int side = compare_root(a, count, lower);
    return side > 0 || (side == 0 && (lower & 1u) != 0);
  };
  while (bits < kInfinity && above_or_tied_to_even(bits)) ++bits;
  while (bits > 0 && !above_or_tied_to_even(bits - 1)) --bits;
  return bit_cast<float>(bits);
}

}  // namespace samebits::numeric
