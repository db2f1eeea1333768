// SPDX-License-Identifier: Apache-2.0
#include "oracle/oracle.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace samebits::oracle {
namespace {

constexpr Layout kFloat32 = layout(Format::float32);

enum class Kind { finite, infinite, nan };

/// A finite value is (-1)^negative * magnitude * 2^exponent.
struct Unpacked {
  Kind kind;
  bool negative;
  uint64_t magnitude;
  int exponent;

  bool is_zero() const { return kind == Kind::finite && magnitude == 0; }
};

Unpacked unpack(uint32_t encoding, Format format) {
  const Layout f = layout(format);
  const uint32_t implicit_one = 1u << (f.precision - 1);
  const uint32_t fraction = encoding & (implicit_one - 1);
  const int field = static_cast<int>((encoding & f.infinity()) >> (f.precision - 1));
  const bool negative = (encoding & f.sign_bit()) != 0;
  if (field == (1 << f.exponent_bits) - 1) {
    return {fraction != 0 ? Kind::nan : Kind::infinite, negative, 0, 0};
  }
  if (field == 0) return {Kind::finite, negative, fraction, f.unit_exponent()};
  return {Kind::finite, negative, fraction | implicit_one, f.unit_exponent() + field - 1};
}

uint32_t with_sign(bool negative, uint32_t encoding, Format format) {
  return negative ? encoding | layout(format).sign_bit() : encoding;
}

/// magnitude / 2^shift rounded to the nearest integer, ties to even, for magnitude < 2^63 and
/// shift >= 1.
uint64_t shift_right_to_nearest(uint64_t magnitude, int64_t shift) {
  if (shift > 63) return 0;  // magnitude < 2^63 <= 2^(shift - 1): less than one half.
  const uint64_t half = uint64_t{1} << (shift - 1);
  const uint64_t quotient = magnitude >> shift;
  const uint64_t remainder = magnitude - (quotient << shift);
  const bool up = remainder > half || (remainder == half && (quotient & 1) != 0);
  return quotient + (up ? 1 : 0);
}

/// RN of (-1)^negative * magnitude * 2^exponent, magnitude < 2^63. This is the only place
/// that rounds, apart from inverse_sqrt.
///
/// With q the exponent of the last place at the value's size, the value rounds to units * 2^q,
/// where 2^(p-1) <= units <= 2^p (or fewer units in the lowest binade, whose q is the lowest
/// there is). The exponent field is then q - q_lowest + 1 and the fraction units - 2^(p-1), so the
/// encoding as one integer is ((q - q_lowest) << (p-1)) + units. This holds for subnormals too
/// (field 0, q lowest), and a carry to units = 2^p moves to the next binade, or from the greatest
/// finite value to infinity, by itself.
uint32_t round_finite(bool negative, uint64_t magnitude, int64_t exponent, Format to) {
  if (magnitude == 0) return with_sign(negative, 0, to);
  const Layout f = layout(to);
  const int64_t top = exponent + std::bit_width(magnitude) - 1;
  if (top > f.max_exponent()) return with_sign(negative, f.infinity(), to);
  const int64_t q = std::max<int64_t>(top, f.min_exponent()) - (f.precision - 1);
  const int64_t shift = q - exponent;
  const uint64_t units =
      shift <= 0 ? magnitude << -shift : shift_right_to_nearest(magnitude, shift);
  const uint64_t encoding =
      (static_cast<uint64_t>(q - f.unit_exponent()) << (f.precision - 1)) + units;
  return with_sign(negative, static_cast<uint32_t>(encoding), to);
}

uint64_t to_uint64(const mpz_class& v) {
  uint64_t word = 0;
  mpz_export(&word, nullptr, -1, sizeof word, 0, 0, v.get_mpz_t());
  return word;
}

/// RN of v * 2^exponent for an integer of any length. A long v keeps its top 62 bits, of which the
/// last is set if anything nonzero was cut off ("sticky"). Since a format keeps at most 24 bits,
/// that bit lies far below the rounding point, where only zero or not zero counts: the rounding
/// is that of the full integer.
uint32_t round_integer(const mpz_class& v, int64_t exponent, Format to) {
  const bool negative = sgn(v) < 0;
  const mpz_class magnitude = abs(v);
  const int64_t bits = static_cast<int64_t>(mpz_sizeinbase(magnitude.get_mpz_t(), 2));
  if (bits <= 62) return round_finite(negative, to_uint64(magnitude), exponent, to);
  const int64_t cut = bits - 62;
  const mpz_class top = magnitude >> cut;
  const bool sticky = static_cast<int64_t>(mpz_scan1(magnitude.get_mpz_t(), 0)) < cut;
  return round_finite(negative, to_uint64(top) | (sticky ? 1 : 0), exponent + cut, to);
}

/// RN_f32(a * b) of two float32: a product of 24 by 24 bits is exact in 48.
uint32_t multiply(uint32_t a, uint32_t b) {
  const Unpacked u = unpack(a, Format::float32);
  const Unpacked v = unpack(b, Format::float32);
  const bool negative = u.negative != v.negative;
  if (u.kind == Kind::nan || v.kind == Kind::nan) return kFloat32.nan();
  if (u.kind == Kind::infinite || v.kind == Kind::infinite) {
    if (u.is_zero() || v.is_zero()) return kFloat32.nan();
    return with_sign(negative, kFloat32.infinity(), Format::float32);
  }
  return round_finite(negative, u.magnitude * v.magnitude, u.exponent + v.exponent,
                      Format::float32);
}

/// The finite value as an integer number of units of 2^unit, for unit <= its exponent.
mpz_class signed_units(const Unpacked& u, int unit) {
  mpz_class units = static_cast<unsigned long>(u.magnitude);  // At most 24 bits.
  units <<= u.exponent - unit;
  return u.negative ? mpz_class(-units) : units;
}

/// RN_to(u + v) of two finite values, from the exact sum in units of the smaller exponent. With
/// exponents at most 38 apart it has no more than 24 + 38 + 1 bits; that is most sums, and quick.
uint32_t add_finite(const Unpacked& u, const Unpacked& v, Format to) {
  // An exact zero sum is -0 only if both terms are; of other sums the sign is the value's.
  if (u.is_zero() && v.is_zero()) return with_sign(u.negative && v.negative, 0, to);
  const int unit = std::min(u.exponent, v.exponent);
  if (std::max(u.exponent, v.exponent) - unit > 38) {
    return round_integer(signed_units(u, unit) + signed_units(v, unit), unit, to);
  }
  const auto small_units = [unit](const Unpacked& w) {
    const int64_t units = static_cast<int64_t>(w.magnitude << (w.exponent - unit));
    return w.negative ? -units : units;
  };
  const int64_t sum = small_units(u) + small_units(v);
  return round_finite(sum < 0, static_cast<uint64_t>(sum < 0 ? -sum : sum), unit, to);
}

/// RN_to(a + b) of two float32.
uint32_t add(uint32_t a, uint32_t b, Format to) {
  const Unpacked u = unpack(a, Format::float32);
  const Unpacked v = unpack(b, Format::float32);
  if (u.kind == Kind::nan || v.kind == Kind::nan) return layout(to).nan();
  if (u.kind == Kind::finite && v.kind == Kind::finite) return add_finite(u, v, to);
  if (u.kind == v.kind && u.negative != v.negative) return layout(to).nan();  // inf - inf
  const bool negative = u.kind == Kind::infinite ? u.negative : v.negative;
  return with_sign(negative, layout(to).infinity(), to);
}

void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

bool eps_is_valid(double eps) {
  return eps == 0 || (eps >= 0x1p-100 && eps <= 0x1p100);
}

void check(const Row& row) {
  require(!row.x.empty(), "a row has at least one element");
  require(eps_is_valid(row.eps), "eps is 0 or in [2^-100, 2^100]");
  if (row.weight_mode != WeightMode::none) {
    require(row.weight.size() == row.x.size(), "the weight has as many elements as x");
    require(row.weight_format == row.format || row.weight_format == Format::float32,
            "the weight is of x's format or float32");
  }
  if (row.residual_mode != ResidualMode::none) {
    require(row.residual.size() == row.x.size(), "the residual has as many elements as x");
  }
}

/// Step 5 for one element, from t as float32.
uint32_t apply_weight(const Row& row, size_t i, uint32_t t) {
  if (row.weight_mode == WeightMode::none) return convert(t, Format::float32, row.format);
  uint32_t w = convert(row.weight[i], row.weight_format, Format::float32);
  if (row.weight_mode == WeightMode::one_plus) {
    const uint32_t one = round_to(1, Format::float32);
    w = add(one, w, Format::float32);
  }
  if (row.weight_mode == WeightMode::cast_first) {
    t = convert(convert(t, Format::float32, row.format), row.format, Format::float32);
  }
  return convert(multiply(t, w), Format::float32, row.format);
}

/// Twice the midpoint of a float32 and its upper neighbour is their sum, so an integer number of
/// units of 2^-149. Infinity's encoding stands for 2^128, the value that would come next if the
/// exponents went on: this is how IEEE rounding to nearest places the overflow threshold.
mpz_class positive_units(uint32_t encoding) {
  const uint32_t field = encoding >> 23;
  const uint32_t fraction = encoding & 0x7FFFFFu;
  if (field == 0) return fraction;
  return mpz_class(fraction | 0x800000u) << (field - 1);
}

/// Sign of M^2 m - 1, for M = twice_units * 2^-150.
int compare_with_inverse_sqrt(const mpz_class& twice_units, const mpq_class& m) {
  const mpz_class left = twice_units * twice_units * m.get_num();
  const mpz_class right = m.get_den() << 300;
  return cmp(left, right);
}

}  // namespace

bool is_nan(uint32_t encoding, Format format) {
  return unpack(encoding, format).kind == Kind::nan;
}

bool is_infinite(uint32_t encoding, Format format) {
  return unpack(encoding, format).kind == Kind::infinite;
}

mpq_class decode(uint32_t encoding, Format format) {
  const Unpacked u = unpack(encoding, format);
  require(u.kind == Kind::finite, "only a finite encoding has a value");
  const int unit = layout(format).unit_exponent();
  return mpq_class(signed_units(u, unit)) >> -unit;
}

uint32_t round_to(const mpq_class& v, Format to) {
  if (sgn(v) == 0) return 0;
  // Scale so that the integer quotient has 64 bits or more, then hang one sticky bit on it.
  const auto bits = [](const mpz_class& z) {
    return static_cast<int64_t>(mpz_sizeinbase(z.get_mpz_t(), 2));
  };
  const int64_t scale = 64 - (bits(v.get_num()) - bits(v.get_den()));
  mpz_class num = abs(v.get_num());
  mpz_class den = v.get_den();
  (scale > 0 ? num : den) <<= std::max(scale, -scale);
  mpz_class quotient, remainder;
  mpz_tdiv_qr(quotient.get_mpz_t(), remainder.get_mpz_t(), num.get_mpz_t(), den.get_mpz_t());
  quotient = 2 * quotient + (sgn(remainder) != 0 ? 1 : 0);
  if (sgn(v) < 0) quotient = -quotient;
  return round_integer(quotient, -scale - 1, to);
}

uint32_t convert(uint32_t encoding, Format from, Format to) {
  const Unpacked u = unpack(encoding, from);
  if (u.kind == Kind::nan) return layout(to).nan();
  if (u.kind == Kind::infinite) return with_sign(u.negative, layout(to).infinity(), to);
  return round_finite(u.negative, u.magnitude, u.exponent, to);
}

mpq_class sum_of_squares(Format format, std::span<const uint32_t> x) {
  mpz_class sum;  // In units of 2^(2 * unit_exponent): the squares are multiples of it.
  mpz_class term;
  for (const uint32_t encoding : x) {
    const Unpacked u = unpack(encoding, format);
    require(u.kind == Kind::finite, "a sum of squares needs finite elements");
    term = static_cast<unsigned long>(u.magnitude);
    term *= term;
    term <<= 2 * (u.exponent - layout(format).unit_exponent());
    sum += term;
  }
  mpq_class s(sum, mpz_class(1) << (-2 * layout(format).unit_exponent()));
  s.canonicalize();
  return s;
}

mpq_class mean_square(Format format, std::span<const uint32_t> x, double eps) {
  require(!x.empty(), "a row has at least one element");
  require(eps_is_valid(eps), "eps is 0 or in [2^-100, 2^100]");
  const mpz_class n = static_cast<unsigned long>(x.size());
  return sum_of_squares(format, x) / mpq_class(n) + mpq_class(eps);  // A double is a rational.
}

/// With V = 1 / sqrt(m) > 0 and any M >= 0: M <= V if and only if M^2 m <= 1. Positive encodings
/// are in the order of their values, so bisection finds the greatest float32 at or below V (0 and
/// subnormals included), and one more comparison, with the midpoint to its upper neighbour, rounds.
uint32_t inverse_sqrt(const mpq_class& m) {
  require(sgn(m) >= 0, "a mean square is not negative");
  if (sgn(m) == 0) return kFloat32.infinity();
  uint32_t low = 0;
  uint32_t high = kFloat32.infinity();
  while (high - low > 1) {
    const uint32_t middle = low + (high - low) / 2;
    const bool fits = compare_with_inverse_sqrt(2 * positive_units(middle), m) <= 0;
    (fits ? low : high) = middle;
  }
  const int order = compare_with_inverse_sqrt(positive_units(low) + positive_units(low + 1), m);
  if (order == 0) return low + (low & 1);  // V is the midpoint: ties to even.
  return order < 0 ? low + 1 : low;
}

namespace {

bool decided_by_specials(Format format, std::span<const uint32_t> x, uint32_t& scale) {
  const auto nan = [format](uint32_t v) { return is_nan(v, format); };
  const auto infinite = [format](uint32_t v) { return is_infinite(v, format); };
  scale = std::any_of(x.begin(), x.end(), nan) ? kFloat32.nan() : 0;
  return scale != 0 || std::any_of(x.begin(), x.end(), infinite);
}

}  // namespace

uint32_t inverse_rms(Format format, std::span<const uint32_t> x, double eps) {
  uint32_t r = 0;
  return decided_by_specials(format, x, r) ? r : inverse_sqrt(mean_square(format, x, eps));
}

Result scaled(const Row& row, Scale scale) {
  check(row);
  const size_t n = row.x.size();
  Result result;
  std::vector<uint32_t> x(n);  // What is normalised, as float32: every format fits in it exactly.
  for (size_t i = 0; i < n; ++i) {
    x[i] = convert(row.x[i], row.format, Format::float32);
    if (row.residual_mode == ResidualMode::none) continue;
    const uint32_t d = convert(row.residual[i], row.format, Format::float32);
    const uint32_t h = add(x[i], d, row.format);
    result.h.push_back(h);
    x[i] = row.residual_mode == ResidualMode::rounded ? convert(h, row.format, Format::float32)
                                                      : add(x[i], d, Format::float32);
  }
  if (!decided_by_specials(Format::float32, x, result.inverse_rms)) {
    result.inverse_rms = scale(x, row.eps);
  }
  result.y.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    result.y.push_back(apply_weight(row, i, multiply(x[i], result.inverse_rms)));
  }
  return result;
}

Result operation(std::string_view name, const Row& row) {
#define SAMEBITS_OPERATION(known) \
  if (name == #known) return known(row);
#include "src/core/ops.def"
#undef SAMEBITS_OPERATION
  throw std::invalid_argument("no such operation");
}

}  // namespace samebits::oracle
