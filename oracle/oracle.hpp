// SPDX-License-Identifier: Apache-2.0
//
// The contract read a second time, from its prose alone. Every result bit comes from exact integer
// or rational arithmetic and one rounding per step of the contract; the processor's floating-point
// unit takes no part, so neither compiler flags nor the rounding and flushing modes of the calling
// thread can move a bit. It shares no code with the kernels that it judges.
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace samebits::oracle {

enum class Format { float32, float16, bfloat16 };
enum class WeightMode { none, scale, cast_first, one_plus };
enum class ResidualMode { none, rounded, unrounded };

/// An IEEE binary interchange layout: sign, exponent field, fraction.
struct Layout {
  int precision;      ///< Significant bits, with the implicit one.
  int exponent_bits;  ///< Width of the exponent field.

  constexpr int max_exponent() const { return (1 << (exponent_bits - 1)) - 1; }
  constexpr int min_exponent() const { return 1 - max_exponent(); }
  /// Exponent of the smallest subnormal: every finite value is a multiple of two to this power.
  constexpr int unit_exponent() const { return min_exponent() - (precision - 1); }
  constexpr uint32_t sign_bit() const { return 1u << (exponent_bits + precision - 1); }
  constexpr uint32_t infinity() const { return ((1u << exponent_bits) - 1) << (precision - 1); }
  constexpr uint32_t max_finite() const { return infinity() - 1; }
  /// The canonical quiet NaN: sign 0, and of the fraction only the top bit.
  constexpr uint32_t nan() const { return infinity() | (1u << (precision - 2)); }
};

constexpr Layout layout(Format format) {
  switch (format) {
    case Format::float16:
      return {11, 5};
    case Format::bfloat16:
      return {8, 8};
    default:
      return {24, 8};
  }
}

bool is_nan(uint32_t encoding, Format format);
bool is_infinite(uint32_t encoding, Format format);

/// The value of a finite encoding. Throws std::invalid_argument for an infinity or a NaN.
mpq_class decode(uint32_t encoding, Format format);

/// RN_to(v): nearest, ties to even, gradual underflow, overflow to infinity. A zero v gives +0; a
/// nonzero v that rounds to zero keeps its sign.
uint32_t round_to(const mpq_class& v, Format to);

/// RN of one encoding to another format; zeros and infinities keep their sign, NaN is canonical.
uint32_t convert(uint32_t encoding, Format from, Format to);

/// S = sum of x_i^2 of finite elements, exact.
mpq_class sum_of_squares(Format format, std::span<const uint32_t> x);

/// m = S / n + eps of a row of finite elements, exact.
mpq_class mean_square(Format format, std::span<const uint32_t> x, double eps);

/// RN_f32(1 / sqrt(m)) as a float32 encoding; m = 0 gives +inf. Throws for a negative m.
uint32_t inverse_sqrt(const mpq_class& m);

/// r of one row by steps 1 to 3, special values included: a NaN in x gives the canonical NaN.
uint32_t inverse_rms(Format format, std::span<const uint32_t> x, double eps);

/// One row of input. Encodings are bit patterns; the 16-bit formats use the low 16 bits, and the
/// rest is ignored. The weight and the residual are looked at only if their mode is not `none`.
struct Row {
  Format format = Format::float32;
  std::vector<uint32_t> x;
  WeightMode weight_mode = WeightMode::none;
  Format weight_format = Format::float32;  ///< float32 or the same as `format`.
  std::vector<uint32_t> weight;
  ResidualMode residual_mode = ResidualMode::none;
  std::vector<uint32_t> residual;
  double eps = 0;  ///< 0, or in [2^-100, 2^100].
};

struct Result {
  std::vector<uint32_t> y;
  std::vector<uint32_t> h;   ///< x + d in `format`; empty without a residual.
  uint32_t inverse_rms = 0;  ///< float32 encoding.
};

/// What a row of finite float32 elements is multiplied with, as a float32 encoding.
using Scale = uint32_t (*)(std::span<const uint32_t> x, double eps);

/// C4 to C6 and the special values of one row, with a scale of the operation's own. Throws
/// std::invalid_argument for inputs outside of the contract.
Result scaled(const Row& row, Scale scale);

// The operations, each the whole contract for one row: oracle/ops/<name>.cpp.
#define SAMEBITS_OPERATION(name) Result name(const Row& row);
#include "src/core/ops.def"
#undef SAMEBITS_OPERATION

/// One of them by its name. Throws std::invalid_argument.
Result operation(std::string_view name, const Row& row);

}  // namespace samebits::oracle
