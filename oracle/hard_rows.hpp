// SPDX-License-Identifier: Apache-2.0
//
// Rows whose inverse RMS lies so close to a rounding boundary of float32 that only an exact sum
// decides it. Random data never comes near.
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <span>
#include <vector>

#include "oracle/oracle.hpp"

namespace samebits::oracle {

/// On which side of the midpoint M the exact 1 / sqrt(m) lies.
enum class Side { below, above };

/// Which midpoint M of two neighbouring float32 is aimed at, with k = r_exponent.
enum class Midpoint {
  random,              ///< Any in [2^k, 2^(k+1)).
  below_power_of_two,  ///< The last below 2^k; for k = 128 the overflow threshold.
  above_power_of_two,  ///< The first above 2^k, where the spacing has doubled.
};

struct HardRowSpec {
  Format format = Format::float32;
  int64_t columns = 512;
  uint64_t seed = 0;
  double eps = 0;
  Side side = Side::below;
  /// k above. Elements are about 2^-k in size (less what eps takes), so float32 and bfloat16 go
  /// from -127 (r subnormal) to 128 (r overflows; eps = 0), float16 from about -15 to 22.
  int r_exponent = 0;
  Midpoint midpoint = Midpoint::random;
};

/// The row, a function of the spec alone. Signs are random and the order is shuffled.
///
/// How far log2|M^2 m - 1| goes down is limited twice. By the elements that close the gap, at
/// most three quarters of the row: -24 for each of up to 20 in float32, -8 of up to 48 in
/// bfloat16, -11 of up to 24 in float16. And by the grid of squares, multiples of 4^u with u the
/// exponent of the smallest subnormal: 2u - log2(n) + 2k, with u = -149, -133 and -24, and some
/// ten less in float16, where the best of 1024 midpoints is taken. With k = 0 that is about -284
/// at 16 columns and -311 at 4096 in float32, -97 and -279 in bfloat16, -62 and -70 in float16,
/// whose hardest rows are the large ones (k = -15: -91 and -100).
///
/// Throws std::invalid_argument if the format cannot come next to such a midpoint: eps exceeds
/// 1 / M^2, elements would be out of range, or the grid is too coarse for so few columns.
std::vector<uint32_t> hard_row(const HardRowSpec& spec);

/// The midpoint M that hard_row(spec) aims at.
mpq_class hard_row_midpoint(const HardRowSpec& spec);

/// r of hard_row(spec), known from M and the side without a square root: M's lower or upper
/// neighbour, as a float32 encoding.
uint32_t hard_row_inverse_rms(const HardRowSpec& spec);

/// log2 |M^2 m - 1| for the midpoint M nearest to 1 / sqrt(m): the smaller, the harder the row.
/// The relative distance of 1 / sqrt(m) from M is half of that. Random rows have about -25.
/// For a row of finite elements, not all zero unless eps > 0.
double relative_gap(Format format, std::span<const uint32_t> x, double eps);

}  // namespace samebits::oracle
