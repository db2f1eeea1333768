// SPDX-License-Identifier: Apache-2.0
#include "oracle/oracle.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "oracle/splitmix64.hpp"
#include "oracle/test_support.hpp"

namespace samebits::oracle {
namespace {

using Encodings = std::vector<uint32_t>;

constexpr uint32_t kNan = 0x7FC00000u;
constexpr uint32_t kInf = 0x7F800000u;
constexpr uint32_t kMinus = 0x80000000u;
constexpr uint32_t kOne = 0x3F800000u;
constexpr uint32_t kTwo = 0x40000000u;
constexpr uint32_t kMaxFinite = 0x7F7FFFFFu;

Row row32(Encodings x, double eps = 0) {
  Row row;
  row.x = std::move(x);
  row.eps = eps;
  return row;
}

mpq_class two_to(int k) {
  const mpq_class one = 1;
  return k >= 0 ? mpq_class(one << k) : mpq_class(one >> -k);
}

TEST(RmsNorm, KnownValues) {
  const Result ones = rms_norm(row32({kOne, kOne | kMinus, kOne}));
  EXPECT_EQ(ones.inverse_rms, kOne);
  EXPECT_EQ(ones.y, (Encodings{kOne, kOne | kMinus, kOne}));
  EXPECT_TRUE(ones.h.empty());
  // 1 / sqrt(7.5) = 0.36514837167011...
  const Result four = rms_norm(row32({kOne, kTwo, 0x40400000u, 0x40800000u}));
  EXPECT_EQ(four.inverse_rms, 0x3EBAF4BAu);
  EXPECT_EQ(four.y, (Encodings{0x3EBAF4BAu, 0x3F3AF4BAu, 0x3F8C378Cu, 0x3FBAF4BAu}));
}

TEST(RmsNorm, EpsIsAddedExactly) {
  EXPECT_EQ(rms_norm(row32({0, 0}, 0x1p-100)).inverse_rms, 0x58800000u);  // 2^50
  EXPECT_EQ(rms_norm(row32({kOne}, 3.0)).inverse_rms, 0x3F000000u);
  EXPECT_EQ(rms_norm(row32({kOne}, 0x1p-100)).inverse_rms, kOne);
  EXPECT_EQ(mean_square(Format::float32, Encodings{kOne}, 0x1p-100), 1 + two_to(-100));
}

TEST(RmsNorm, ZeroRow) {
  const Result bare = rms_norm(row32({0, kMinus}));
  EXPECT_EQ(bare.inverse_rms, kInf);
  EXPECT_EQ(bare.y, (Encodings{kNan, kNan}));
  const Result with_eps = rms_norm(row32({0, kMinus}, 1e-6));
  EXPECT_EQ(with_eps.y, (Encodings{0, kMinus}));
}

TEST(RmsNorm, InfinityInTheRow) {
  const Result r = rms_norm(row32({kOne, kInf, kOne | kMinus, kMinus, kInf | kMinus}));
  EXPECT_EQ(r.inverse_rms, 0u);
  EXPECT_EQ(r.y, (Encodings{0, kNan, kMinus, kMinus, kNan}));
}

TEST(RmsNorm, NanInTheRow) {
  const Result r = rms_norm(row32({kOne, 0xFF800001u, kInf, 0}, 1.0));
  EXPECT_EQ(r.inverse_rms, kNan);
  EXPECT_EQ(r.y, (Encodings{kNan, kNan, kNan, kNan}));
  Row half;
  half.format = Format::float16;
  half.x = {0x3C00u, 0xFC01u};
  EXPECT_EQ(rms_norm(half).y, (Encodings{0x7E00u, 0x7E00u}));
}

TEST(RmsNorm, NanAndInfinityInTheWeightStayInTheirColumn) {
  Row row = row32({kOne, kOne, kOne | kMinus, 0}, 0x1p-100);
  row.weight_mode = WeightMode::scale;
  row.weight = {0xFFFFFFFFu, kTwo, kInf, kInf};
  EXPECT_EQ(rms_norm(row).y[0], kNan);
  EXPECT_EQ(rms_norm(row).y[2], kInf | kMinus);
  EXPECT_EQ(rms_norm(row).y[3], kNan);
  EXPECT_FALSE(is_nan(rms_norm(row).y[1], Format::float32));
}

TEST(RmsNorm, SubnormalInverseRms) {
  const Result r = rms_norm(row32({kMaxFinite, kMaxFinite | kMinus}));
  EXPECT_EQ(r.inverse_rms, 0x00200000u);  // 2^-128 (1 + 2^-24): rounds to 2^-128.
  EXPECT_EQ(r.y, (Encodings{kOne - 1, (kOne - 1) | kMinus}));
}

TEST(RmsNorm, InverseRmsOverflows) {
  const Result r = rms_norm(row32({1, kMinus, 1 | kMinus}));
  EXPECT_EQ(r.inverse_rms, kInf);
  EXPECT_EQ(r.y, (Encodings{kInf, kNan, kInf | kMinus}));
}

TEST(RmsNorm, WeightModesDiffer) {
  Row row;
  row.format = Format::bfloat16;
  SplitMix64 random(1);
  for (int i = 0; i < 64; ++i) {
    row.x.push_back(static_cast<uint32_t>(0x3F00u + random.below(0x100)));
    row.weight.push_back(static_cast<uint32_t>(0x3F00u + random.below(0x100)));
  }
  row.weight_format = Format::bfloat16;
  std::vector<Encodings> seen;
  for (const WeightMode mode :
       {WeightMode::none, WeightMode::scale, WeightMode::cast_first, WeightMode::one_plus}) {
    row.weight_mode = mode;
    for (const Encodings& other : seen) EXPECT_NE(rms_norm(row).y, other);
    seen.push_back(rms_norm(row).y);
  }
}

TEST(RmsNorm, ZerosKeepIeeeSigns) {
  Row row = row32({kMinus, 0, kMinus, kOne, kOne}, 1.0);
  row.weight_mode = WeightMode::one_plus;
  row.weight = {kOne, kOne | kMinus, kOne | kMinus, kOne | kMinus, kMinus};
  const Result one_plus = rms_norm(row);  // 1 + (-1) is +0.
  EXPECT_EQ(Encodings(one_plus.y.begin(), one_plus.y.end() - 1), (Encodings{kMinus, 0, kMinus, 0}));
  row.weight_mode = WeightMode::scale;
  const Result scaled = rms_norm(row);
  EXPECT_EQ(Encodings(scaled.y.begin(), scaled.y.begin() + 3), (Encodings{kMinus, kMinus, 0}));
  EXPECT_EQ(scaled.y[4], kMinus);
  Row sum = row32({0, kMinus, 0, kMinus, kOne, kOne | kMinus}, 1.0);
  sum.residual_mode = ResidualMode::rounded;
  sum.residual = {kMinus, 0, 0, kMinus, kOne | kMinus, kOne};
  EXPECT_EQ(rms_norm(sum).h, (Encodings{0, 0, 0, kMinus, 0, 0}));
}

TEST(RmsNorm, ResidualModesDiffer) {
  Row row;
  row.format = Format::float16;
  row.x = {0x3C00u, 0x0001u, 0x7BFFu};         // 1, 2^-24, 65504
  row.residual = {0x1000u, 0x0001u, 0x7BFFu};  // 2^-11, 2^-24, 65504
  row.residual_mode = ResidualMode::rounded;
  const Result rounded = rms_norm(row);
  EXPECT_EQ(rounded.h, (Encodings{0x3C00u, 0x0002u, 0x7C00u}));
  EXPECT_EQ(rounded.inverse_rms, 0u);
  EXPECT_EQ(rounded.y, (Encodings{0, 0, 0x7E00u}));
  row.residual_mode = ResidualMode::unrounded;
  const Result unrounded = rms_norm(row);
  EXPECT_EQ(unrounded.h, rounded.h);
  EXPECT_NE(unrounded.inverse_rms, 0u);
  EXPECT_EQ(unrounded.y[2], 0x3EEEu);  // About sqrt(3).
}

TEST(RmsNorm, ResidualSpecialValues) {
  Row row = row32({kInf, kOne, kOne}, 1.0);
  row.residual_mode = ResidualMode::unrounded;
  row.residual = {kInf | kMinus, kInf, kOne};
  const Result r = rms_norm(row);
  EXPECT_EQ(r.h, (Encodings{kNan, kInf, kTwo}));
  EXPECT_EQ(r.y, (Encodings{kNan, kNan, kNan}));
}

TEST(RmsNorm, RejectsWhatTheContractLeavesOut) {
  EXPECT_THROW(rms_norm(row32({})), std::invalid_argument);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double eps : {-1.0, 0x1p-101, 0x1p101, nan}) {
    EXPECT_THROW(rms_norm(row32({kOne}, eps)), std::invalid_argument);
  }
  Row row = row32({kOne});
  row.weight_mode = WeightMode::scale;
  EXPECT_THROW(rms_norm(row), std::invalid_argument);
  row.weight = {kOne};
  row.weight_format = Format::float16;
  EXPECT_THROW(rms_norm(row), std::invalid_argument);
}

// Ties do not come from rows, but from a rational m = 1 / M^2 they do.
TEST(InverseSqrt, TiesGoToEven) {
  for (const uint32_t low : {0u, 1u, 2u, 0x007FFFFEu, 0x007FFFFFu, 0x00800000u, kOne - 1, kOne,
                             kOne + 1, kOne + 2, kMaxFinite - 1, kMaxFinite}) {
    const mpq_class high = low == kMaxFinite ? two_to(128) : decode(low + 1, Format::float32);
    const mpq_class midpoint = (decode(low, Format::float32) + high) / 2;
    const mpq_class m = 1 / (midpoint * midpoint);
    EXPECT_EQ(inverse_sqrt(m), low + (low & 1)) << low;
    EXPECT_EQ(inverse_sqrt(m * (1 + two_to(-900))), low) << low;
    EXPECT_EQ(inverse_sqrt(m * (1 - two_to(-900))), low + 1) << low;
  }
}

TEST(InverseSqrt, ExactRoots) {
  for (int k = -149; k <= 127; ++k) {
    const uint32_t encoding = k < -126 ? 1u << (k + 149) : static_cast<uint32_t>(k + 127) << 23;
    EXPECT_EQ(inverse_sqrt(two_to(-2 * k)), encoding) << k;
  }
  EXPECT_EQ(inverse_sqrt(0), kInf);
  EXPECT_THROW(inverse_sqrt(-1), std::invalid_argument);
}

constexpr Format kFormats[] = {Format::float32, Format::float16, Format::bfloat16};
constexpr double kEps[] = {0, 0x1p-100, 1e-12, 1e-6, 1e-5, 1.0, 0x1p100};

/// Finite encodings: all exponents, or those near 1, with zeros and subnormals among them.
Encodings random_elements(SplitMix64& random, Format format, size_t n) {
  const Layout f = layout(format);
  const bool wide = random.below(2) == 0;
  const uint32_t low = wide ? 0 : static_cast<uint32_t>(f.max_exponent() - 4) << (f.precision - 1);
  const uint32_t high =
      wide ? f.infinity() : static_cast<uint32_t>(f.max_exponent() + 3) << (f.precision - 1);
  Encodings x;
  for (size_t i = 0; i < n; ++i) {
    uint32_t v = low + static_cast<uint32_t>(random.below(high - low));
    if (random.below(16) == 0) v = static_cast<uint32_t>(random.below(1u << (f.precision - 1)));
    if (random.below(16) == 0) v = 0;
    x.push_back(random.below(2) == 0 ? v : v | f.sign_bit());
  }
  return x;
}

TEST(InverseRms, RandomRowsAgainstMpfr) {
  SplitMix64 random(test_seed());
  for (int i = 0; i < 3000; ++i) {
    const Format format = kFormats[i % 3];
    const Encodings x = random_elements(random, format, 1 + random.below(40));
    for (const double eps : kEps) {
      ASSERT_EQ(inverse_rms(format, x, eps), reference_inverse_rms(format, x, eps)) << i;
    }
  }
}

TEST(InverseRms, LongRowAgainstMpfr) {
  SplitMix64 random(test_seed());
  const Encodings x = random_elements(random, Format::float32, 20'000);
  EXPECT_EQ(inverse_rms(Format::float32, x, 1e-5), reference_inverse_rms(Format::float32, x, 1e-5));
}

/// Steps 4 and 5 for one element, in MPFR. `t` is x * r, already rounded.
double reference_weighted(const Row& row, double t, double w) {
  const Format f32 = Format::float32;
  if (row.weight_mode == WeightMode::none) return reference_round(t, row.format);
  if (row.weight_mode == WeightMode::one_plus) w = reference_operation(mpfr_add, 1.0, w, f32);
  if (row.weight_mode == WeightMode::cast_first) t = reference_round(t, row.format);
  return reference_round(reference_operation(mpfr_mul, t, w, f32), row.format);
}

/// Compares the outputs of a finite row, r taken as given, with MPFR's.
void expect_outputs(const Row& row, const Result& result) {
  const double r = reference_decode(result.inverse_rms, Format::float32);
  const bool residual = row.residual_mode != ResidualMode::none;
  for (size_t i = 0; i < row.x.size(); ++i) {
    double x = reference_decode(row.x[i], row.format);
    if (residual) {
      const double d = reference_decode(row.residual[i], row.format);
      const double h = reference_operation(mpfr_add, x, d, row.format);
      ASSERT_EQ(result.h[i], reference_encode(h, row.format));
      const bool rounded = row.residual_mode == ResidualMode::rounded;
      x = rounded ? h : reference_operation(mpfr_add, x, d, Format::float32);
    }
    const double t = reference_operation(mpfr_mul, x, r, Format::float32);
    const bool weighted = row.weight_mode != WeightMode::none;
    const double w = weighted ? reference_decode(row.weight[i], row.weight_format) : 1;
    ASSERT_EQ(result.y[i], reference_encode(reference_weighted(row, t, w), row.format))
        << "element " << i << " x " << x << " r " << r << " w " << w;
  }
}

Row random_row(SplitMix64& random) {
  Row row;
  row.format = kFormats[random.below(3)];
  row.weight_mode = static_cast<WeightMode>(random.below(4));
  row.residual_mode = static_cast<ResidualMode>(random.below(3));
  row.weight_format = random.below(2) == 0 ? row.format : Format::float32;
  row.eps = kEps[random.below(std::size(kEps))];
  const size_t n = 1 + random.below(64);
  row.x = random_elements(random, row.format, n);
  row.weight = random_elements(random, row.weight_format, n);
  row.residual = random_elements(random, row.format, n);
  const uint32_t inf = layout(row.format).infinity();
  if (random.below(20) == 0) row.x[random.below(n)] = inf + static_cast<uint32_t>(random.below(2));
  return row;
}

TEST(RmsNorm, RandomRowsInEveryModeAgainstMpfr) {
  SplitMix64 random(test_seed());
  for (int i = 0; i < 4000; ++i) {
    const Row row = random_row(random);
    const Result result = rms_norm(row);
    ASSERT_NO_FATAL_FAILURE(expect_outputs(row, result)) << "row " << i;
    const bool residual = row.residual_mode != ResidualMode::none;
    ASSERT_EQ(result.h.size(), residual ? row.x.size() : 0);
    if (row.residual_mode == ResidualMode::unrounded) continue;  // Its row is not in `h`.
    const Encodings& x = residual ? result.h : row.x;
    ASSERT_EQ(result.inverse_rms, inverse_rms(row.format, x, row.eps));
  }
}

}  // namespace
}  // namespace samebits::oracle
