// SPDX-License-Identifier: Apache-2.0
#include "oracle/hard_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "oracle/splitmix64.hpp"

namespace samebits::oracle {
namespace {

constexpr Layout kFloat32 = layout(Format::float32);

mpq_class power_of_two(int exponent) {
  const mpz_class one = 1;
  return exponent >= 0 ? mpq_class(one << exponent) : mpq_class(one, one << -exponent);
}

/// What the generator aims at. All sums are in units of the format's smallest square, 4^u with u
/// the exponent of its smallest subnormal, so that they are integers.
struct Aim {
  mpq_class midpoint;
  mpz_class sum;       ///< The nearest sum to the ideal one that lies strictly on the spec's side.
  mpq_class distance;  ///< From that sum to the ideal one, n (1 / M^2 - eps): in (0, 1].
};

/// M as an odd multiple of half of the last place: `half_place` is the exponent of that half.
mpq_class draw_midpoint(const HardRowSpec& spec, SplitMix64& random) {
  const int k = spec.r_exponent;
  const bool below = spec.midpoint == Midpoint::below_power_of_two;
  const int binade = std::max(below ? k - 1 : k, kFloat32.min_exponent());
  const int half_place = binade - kFloat32.precision;
  const int width = k - half_place;  // M is about 2^width halves; fewer for subnormal r.
  if (width < 2 || k > kFloat32.max_exponent() + (below ? 1 : 0)) {
    throw std::invalid_argument("r_exponent is out of float32's range");
  }
  uint64_t halves = uint64_t{1} << width;
  if (spec.midpoint == Midpoint::random) halves += 2 * random.below(halves / 2);
  halves += below ? -1 : 1;
  return mpq_class(static_cast<unsigned long>(halves)) * power_of_two(half_place);
}

/// r lies below M if and only if the sum exceeds n (1 / M^2 - eps).
Aim aim_at(const HardRowSpec& spec, const mpq_class& midpoint) {
  const mpq_class n = static_cast<unsigned long>(spec.columns);
  const mpq_class unit = power_of_two(2 * layout(spec.format).unit_exponent());
  const mpq_class ideal = n * (1 / (midpoint * midpoint) - mpq_class(spec.eps)) / unit;
  mpz_class sum;
  if (spec.side == Side::below) {
    mpz_fdiv_q(sum.get_mpz_t(), ideal.get_num_mpz_t(), ideal.get_den_mpz_t());
    sum += 1;
  } else {
    mpz_cdiv_q(sum.get_mpz_t(), ideal.get_num_mpz_t(), ideal.get_den_mpz_t());
    sum -= 1;
  }
  return {midpoint, sum, abs(mpq_class(sum) - ideal)};
}

/// With float16 the elements soon reach the grid of squares, and the distance of the ideal sum
/// from the grid is what is left: so choose among many midpoints. Finer formats need no choice.
Aim choose_aim(const HardRowSpec& spec, SplitMix64& random) {
  const bool choose = spec.format == Format::float16 && spec.midpoint == Midpoint::random;
  Aim best = aim_at(spec, draw_midpoint(spec, random));
  for (int i = 1; choose && i < 1024; ++i) {
    Aim other = aim_at(spec, draw_midpoint(spec, random));
    if (other.distance < best.distance) best = std::move(other);
  }
  return best;
}

/// The encoding of the greatest value of the format at or below `units` smallest subnormals.
uint32_t floor_to_format(const mpz_class& units, Format format) {
  const Layout f = layout(format);
  const int bits = sgn(units) == 0 ? 0 : static_cast<int>(mpz_sizeinbase(units.get_mpz_t(), 2));
  const int cut = std::max(bits - f.precision, 0);
  const mpz_class top = units >> cut;
  const uint64_t encoding = (static_cast<uint64_t>(cut) << (f.precision - 1)) + top.get_ui();
  return static_cast<uint32_t>(std::min<uint64_t>(encoding, f.max_finite()));
}

mpz_class square_in_units(uint32_t encoding, Format format) {
  const mpq_class units = decode(encoding, format) / power_of_two(layout(format).unit_exponent());
  return units.get_num() * units.get_num();
}

/// Fills a row so that its sum of squares comes as near to `left` as it can.
class RowBuilder {
 public:
  RowBuilder(const HardRowSpec& spec, mpz_class sum) : spec_(spec), left_(std::move(sum)) {}

  /// Draws elements with squares between 0 and twice the mean of what is left. The closing
  /// elements count as one: the first of them takes nearly all that they are left with.
  void draw(int64_t count, SplitMix64& random) {
    for (; count > 0; --count) {
      const mpz_class share = left_ * static_cast<unsigned long>(random.next() >> 32);
      push_floor((share >> 31) / static_cast<unsigned long>(count + 1));
    }
  }

  /// Greedily: each the greatest whose square fits what is left, which cuts that by the format's
  /// precision. From below the midpoint the sum must not fall short, so the last is rounded up.
  void close(int64_t count) {
    for (; count > 1; --count) push_floor(left_);
    push_floor(left_);
    if (spec_.side == Side::above || sgn(left_) == 0) return;
    uint32_t& last = row_.back();
    last = std::min(last + 1, layout(spec_.format).max_finite());
  }

  std::vector<uint32_t> take() { return std::move(row_); }

 private:
  void push_floor(const mpz_class& square) {
    row_.push_back(floor_to_format(sqrt(square), spec_.format));
    left_ -= square_in_units(row_.back(), spec_.format);
  }

  const HardRowSpec& spec_;
  mpz_class left_;
  std::vector<uint32_t> row_;
};

/// As many elements as it takes from ordinary sizes down to the smallest square.
int64_t closing_count(const HardRowSpec& spec) {
  int64_t most = 20;
  if (spec.format == Format::float16) most = 24;
  if (spec.format == Format::bfloat16) most = 48;
  return std::min(most, spec.columns - spec.columns / 4);
}

void shuffle_and_sign(std::vector<uint32_t>& row, Format format, SplitMix64& random) {
  for (size_t i = row.size() - 1; i > 0; --i) std::swap(row[i], row[random.below(i + 1)]);
  for (uint32_t& x : row) {
    if ((random.next() >> 63) != 0) x |= layout(format).sign_bit();
  }
}

/// Next to M in float32: the nearest multiple of the place below or above it.
uint32_t neighbour(const mpq_class& midpoint, Side side) {
  // M is a tie, so a nudge far smaller than half a place makes rounding go either way.
  const mpq_class nudge = power_of_two(-60);
  const mpq_class factor = side == Side::below ? mpq_class(1 - nudge) : mpq_class(1 + nudge);
  return round_to(midpoint * factor, Format::float32);
}

double log2_of(const mpq_class& v) {
  const auto log2_of_integer = [](const mpz_class& z) {
    long exponent = 0;
    const double fraction = mpz_get_d_2exp(&exponent, z.get_mpz_t());
    return std::log2(fraction) + static_cast<double>(exponent);
  };
  if (sgn(v) == 0) return -std::numeric_limits<double>::infinity();
  return log2_of_integer(abs(v.get_num())) - log2_of_integer(v.get_den());
}

/// Where the positive float32 of this encoding would lie if the exponents had no upper end.
mpq_class unbounded_value(uint32_t encoding) {
  return encoding == kFloat32.infinity() ? power_of_two(128) : decode(encoding, Format::float32);
}

double gap_at(uint32_t lower, const mpq_class& m) {
  const mpq_class midpoint = (unbounded_value(lower) + unbounded_value(lower + 1)) / 2;
  return log2_of(midpoint * midpoint * m - 1);
}

Aim checked_aim(const HardRowSpec& spec, SplitMix64& random) {
  if (spec.columns < 1) throw std::invalid_argument("a row has at least one element");
  Aim aim = choose_aim(spec, random);
  if (sgn(aim.sum) <= 0) throw std::invalid_argument("no row has so great an inverse RMS");
  return aim;
}

}  // namespace

std::vector<uint32_t> hard_row(const HardRowSpec& spec) {
  SplitMix64 random(spec.seed);
  const Aim aim = checked_aim(spec, random);
  RowBuilder builder(spec, aim.sum);
  const int64_t closing = closing_count(spec);
  builder.draw(spec.columns - closing, random);
  builder.close(closing);
  std::vector<uint32_t> row = builder.take();
  shuffle_and_sign(row, spec.format, random);
  if (inverse_rms(spec.format, row, spec.eps) != neighbour(aim.midpoint, spec.side)) {
    throw std::invalid_argument("the format is too coarse or too narrow to reach this midpoint");
  }
  return row;
}

mpq_class hard_row_midpoint(const HardRowSpec& spec) {
  SplitMix64 random(spec.seed);
  return checked_aim(spec, random).midpoint;
}

uint32_t hard_row_inverse_rms(const HardRowSpec& spec) {
  return neighbour(hard_row_midpoint(spec), spec.side);
}

double relative_gap(Format format, std::span<const uint32_t> x, double eps) {
  const mpq_class m = mean_square(format, x, eps);
  const uint32_t r = inverse_sqrt(m);
  if (r == kFloat32.infinity()) return gap_at(r - 1, m);
  return std::min(gap_at(r, m), r == 0 ? 0.0 : gap_at(r - 1, m));
}

}  // namespace samebits::oracle
