// SPDX-License-Identifier: Apache-2.0
//
// A second way to each step of the contract, for the oracle's own tests: MPFR, with its exponent
// range narrowed to the format's. Values travel as doubles, which hold those of all three formats.
#pragma once

#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "oracle/oracle.hpp"

namespace samebits::oracle {

/// A seed for one test: from SAMEBITS_TEST_SEED, or new each time. Printed, so that a failure can
/// be repeated.
inline uint64_t test_seed() {
  const char* fixed = std::getenv("SAMEBITS_TEST_SEED");
  std::random_device device;
  const uint64_t seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 0)
                                         : (uint64_t{device()} << 32 | uint64_t{device()});
  std::cout << "SAMEBITS_TEST_SEED=" << seed << "\n";
  return seed;
}

inline double reference_decode_float16(uint32_t encoding) {
  const int field = (encoding >> 10) & 31;
  const int fraction = encoding & 1023;
  double value = field == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, field - 25);
  if (field == 31) value = fraction != 0 ? NAN : INFINITY;
  return std::copysign(value, (encoding & 0x8000u) != 0 ? -1.0 : 1.0);
}

inline double reference_decode(uint32_t encoding, Format format) {
  if (format == Format::float16) return reference_decode_float16(encoding);
  if (format == Format::bfloat16) encoding <<= 16;
  return std::bit_cast<float>(encoding);
}

/// The encoding of a value that the format has; looked up, for float16, in the list of all.
inline uint32_t reference_encode(double value, Format format) {
  static const std::vector<double> halves = [] {
    std::vector<double> all;
    for (uint32_t i = 0; i <= 0x7C00u; ++i) all.push_back(reference_decode_float16(i));
    return all;
  }();
  if (format == Format::float16) {
    if (std::isnan(value)) return 0x7E00u;
    const auto at = std::lower_bound(halves.begin(), halves.end(), std::fabs(value));
    return static_cast<uint32_t>(at - halves.begin()) | (std::signbit(value) ? 0x8000u : 0u);
  }
  const uint32_t wide =
      std::isnan(value) ? 0x7FC00000u : std::bit_cast<uint32_t>(static_cast<float>(value));
  return format == Format::bfloat16 ? wide >> 16 : wide;
}

/// One MPFR number of a fixed precision.
class Mpfr {
 public:
  explicit Mpfr(mpfr_prec_t precision) { mpfr_init2(value_, precision); }
  ~Mpfr() { mpfr_clear(value_); }
  Mpfr(const Mpfr&) = delete;
  Mpfr& operator=(const Mpfr&) = delete;
  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

/// Brings a result that MPFR rounded to the format's precision, with the given ternary value, into
/// the format's exponent range; MPFR's documentation gives these two calls as IEEE arithmetic.
inline double into_range(Mpfr& value, int ternary, Format format) {
  const Layout f = layout(format);
  const mpfr_exp_t lowest = mpfr_get_emin();
  const mpfr_exp_t highest = mpfr_get_emax();
  mpfr_set_emin(f.unit_exponent() + 1);  // MPFR's significands are in [1/2, 1).
  mpfr_set_emax(f.max_exponent() + 1);
  ternary = mpfr_check_range(value.get(), ternary, MPFR_RNDN);
  mpfr_subnormalize(value.get(), ternary, MPFR_RNDN);
  mpfr_set_emin(lowest);
  mpfr_set_emax(highest);
  return mpfr_get_d(value.get(), MPFR_RNDN);
}

inline double reference_round(double v, Format format) {
  Mpfr result(layout(format).precision);
  const int ternary = mpfr_set_d(result.get(), v, MPFR_RNDN);
  return into_range(result, ternary, format);
}

/// `operation` is mpfr_add or mpfr_mul.
template <typename Operation>
double reference_operation(Operation operation, double a, double b, Format format) {
  Mpfr left(53), right(53), result(layout(format).precision);
  mpfr_set_d(left.get(), a, MPFR_RNDN);
  mpfr_set_d(right.get(), b, MPFR_RNDN);
  const int ternary = operation(result.get(), left.get(), right.get(), MPFR_RNDN);
  return into_range(result, ternary, format);
}

/// RN_f32(1 / sqrt(S / n + eps)) of finite elements. With 2000 bits S is exact, and the rest is
/// off by 2^-1997 in relative terms: far less than any row's distance from a midpoint.
inline double reference_inverse_rms(const std::vector<double>& x, double eps) {
  constexpr mpfr_prec_t kBits = 2000;
  Mpfr sum(kBits), term(kBits), result(24);
  mpfr_set_zero(sum.get(), 1);
  for (const double v : x) {
    mpfr_set_d(term.get(), v, MPFR_RNDN);
    mpfr_sqr(term.get(), term.get(), MPFR_RNDN);
    mpfr_add(sum.get(), sum.get(), term.get(), MPFR_RNDN);
  }
  mpfr_div_ui(sum.get(), sum.get(), x.size(), MPFR_RNDN);
  mpfr_add_d(sum.get(), sum.get(), eps, MPFR_RNDN);
  mpfr_rec_sqrt(sum.get(), sum.get(), MPFR_RNDN);
  const int ternary = mpfr_set(result.get(), sum.get(), MPFR_RNDN);
  return into_range(result, ternary, Format::float32);
}

inline uint32_t reference_inverse_rms(Format format, const std::vector<uint32_t>& x, double eps) {
  std::vector<double> values;
  for (const uint32_t v : x) values.push_back(reference_decode(v, format));
  return reference_encode(reference_inverse_rms(values, eps), Format::float32);
}

}  // namespace samebits::oracle
