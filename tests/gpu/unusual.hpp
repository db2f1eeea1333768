// SPDX-License-Identifier: Apache-2.0
//
// Float32 rows at the edges of what GPU arithmetic can do.
#pragma once

#include <gmpxx.h>

#include <array>
#include <bit>
#include <cmath>

#include "tests/support.hpp"

namespace samebits::test {

/// Around the subnormals, the overflow threshold, ties, infinities, NaN.
inline constexpr std::array<std::uint32_t, 32> kUnusual = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x00000002, 0x007FFFFF, 0x807FFFFF, 0x00800000,
    0x80800000, 0x00800001, 0x00FFFFFF, 0x01000000, 0x01000001, 0x0CFFFFFF, 0x1FFFFFFF, 0x20000001,
    0x33FFFFFF, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0xBF800000, 0xBF7FFFFF, 0x5F000000, 0x5F3FFFFF,
    0x7EFFFFFF, 0x7F000000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFFFFFFF};

/// Rows, each of one unusual value, plus or minus `addend`; each of them meets every unusual
/// weight. A row a value, so that an infinity or a NaN does not decide for all others.
inline Problem unusual_problem(std::uint32_t addend) {
  Encodings x, d;
  for (const std::uint32_t a : kUnusual) {
    for (const std::uint32_t b : kUnusual) {
      x.push_back(a);
      d.push_back(addend ^ (b & 0x80000000u));
    }
  }
  const auto n = static_cast<std::int64_t>(kUnusual.size());
  Problem problem;
  problem.x = array_of(DType::float32, n, n, x);
  problem.residual = array_of(DType::float32, n, n, d);
  problem.weight = array_of(DType::float32, 1, n, {kUnusual.begin(), kUnusual.end()});
  return problem;
}

/// Elements around the least normal number, eps = 0: r is large, and the smallest scale counts.
inline Problem tiny_problem(lab::Random& random) {
  const auto columns = static_cast<std::int64_t>(1 + random.below(40));
  const auto fields = 1 + random.below(20);
  Encodings bits;
  for (std::int64_t i = 0; i < columns; ++i) {
    const auto word = static_cast<std::uint32_t>(random.next());
    bits.push_back((word & 0x807FFFFFu) | static_cast<std::uint32_t>(random.below(fields)) << 23);
  }
  Problem problem;
  problem.x = array_of(DType::float32, 1, columns, bits);
  problem.weight = lab::random_weight(DType::float32, columns, random.next());
  problem.eps = 0.0;
  return problem;
}

/// A row of one large element and very many small ones, of which a sum on the large one's scale
/// loses a part each, filled up until 1 / sqrt(mean) lies beside a midpoint of float32, below or
/// above by less than 2^-90. So whoever neglects what was lost is on the wrong side of it.
inline Problem many_small_problem(bool above, lab::Random& random) {
  constexpr std::int64_t kColumns = 20000;
  constexpr std::int64_t kFill = 24;
  // M = m 2^-24, 1 < M < 2, aimed at; S = n / M^2.
  const auto m = (std::uint64_t{1} << 24) + 1 + 2 * random.below(1u << 22);
  mpq_class target(mpz_class(kColumns) << 48, mpz_class(static_cast<unsigned long>(m)) *
                                                  mpz_class(static_cast<unsigned long>(m)));
  target.canonicalize();
  std::vector<float> row;
  const auto add = [&](float v) {
    const mpq_class exact(static_cast<double>(v));
    target -= exact * exact;
    row.push_back(v);
  };
  const double root = std::sqrt(target.get_d());
  add(static_cast<float>(root * (1.0 - 0x1p-10)));
  while (row.size() < kColumns - kFill) {
    add(static_cast<float>(root * 0x1p-17 *
                           (1.0 + 0x1p-20 * static_cast<double>(random.below(1u << 20)))));
  }
  while (row.size() < kColumns) {
    // The largest whose square still fits; the least float32 steps are far below 2^-90 here.
    auto v = static_cast<float>(std::sqrt(target.get_d()));
    while (mpq_class(static_cast<double>(v)) * mpq_class(static_cast<double>(v)) > target) {
      v = std::nextafter(v, 0.0f);
    }
    add(v);
  }
  if (!above) row.back() = std::nextafter(row.back(), INFINITY);  // a larger sum, a smaller r
  Encodings bits;
  for (const float v : row) bits.push_back(std::bit_cast<std::uint32_t>(v));
  Problem problem;
  problem.x = array_of(DType::float32, 1, kColumns, bits);
  problem.eps = 0.0;
  return problem;
}

}  // namespace samebits::test
