// SPDX-License-Identifier: Apache-2.0
#include "devices/gpu/parameters.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "numeric/inverse_rms.hpp"

namespace samebits::gpu {
namespace {

/// A product of two 64-bit numbers, 32-bit words, lowest first, with an empty word above.
using Words = std::array<std::uint32_t, 5>;

Words multiply(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t parts_a[] = {a & 0xFFFFFFFFu, a >> 32};
  const std::uint64_t parts_b[] = {b & 0xFFFFFFFFu, b >> 32};
  Words words{};
  for (std::size_t i = 0; i < 2; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 2; ++j) {
      const std::uint64_t sum = parts_a[i] * parts_b[j] + words[i + j] + carry;
      words[i + j] = static_cast<std::uint32_t>(sum);
      carry = sum >> 32;
    }
    words[i + 2] = static_cast<std::uint32_t>(carry);
  }
  return words;
}

Words shift_left(const Words& words, int bits) {
  Words shifted{};
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint64_t wide = (std::uint64_t{words[i]} << bits) | carry;
    shifted[i] = static_cast<std::uint32_t>(wide);
    carry = wide >> 32;
  }
  return shifted;
}

/// The 64 bits from the highest set one on; `length` is how many bits there are in all.
std::uint64_t leading_bits(const Words& words, int& length) {
  std::size_t top = words.size() - 1;
  while (words[top] == 0) --top;
  const int zeros = std::countl_zero(words[top]);
  length = static_cast<int>(top) * 32 + 32 - zeros;
  const Words shifted = shift_left(words, zeros);
  const auto word = [&](std::size_t below) -> std::uint64_t {
    return below <= top ? shifted[top - below] : 0;
  };
  return (word(0) << 32) | word(1);
}

/// n eps as the fast path and as the exact path want it.
void set_eps(Parameters& p, std::int64_t count, double eps) {
  if (eps == 0.0) return;
  const auto bits = std::bit_cast<std::uint64_t>(eps);
  const std::uint64_t significand = (bits & 0x000FFFFFFFFFFFFFu) | 0x0010000000000000u;
  const int exponent = static_cast<int>(bits >> 52) - 1075;
  const Words product = multiply(significand, static_cast<std::uint64_t>(count));
  int length = 0;
  const std::uint64_t mantissa = leading_bits(product, length);
  p.eps_high = static_cast<std::uint32_t>(mantissa >> 32);
  p.eps_low = static_cast<std::uint32_t>(mantissa);
  p.eps_exponent = exponent + length - 64;
  const int position = exponent - numeric::WideSum::kUnitExponent;
  const Words shifted = shift_left(product, position % 32);
  for (std::size_t i = 0; i < shifted.size(); ++i) p.eps_words[i] = shifted[i];
  p.eps_digit = static_cast<std::uint32_t>(position / 32);
}

}  // namespace

void set_constants(Parameters& p, std::int64_t count, double eps) {
  p.divisor = static_cast<std::uint32_t>(count);
  p.eps_float = std::bit_cast<std::uint32_t>(static_cast<float>(eps));
  int exponent = 0;
  const double half_root = std::frexp(std::sqrt(static_cast<double>(count)), &exponent);
  p.root_count = std::bit_cast<std::uint32_t>(static_cast<float>(2.0 * half_root));
  p.root_count_exponent = exponent - 1;
  // C9: a row of zeros is the same everywhere.
  const auto guess = eps == 0.0 ? std::numeric_limits<float>::infinity()
                                : static_cast<float>(1.0 / std::sqrt(eps));
  p.zero_row = std::bit_cast<std::uint32_t>(
      numeric::exact_inverse_rms(numeric::WideSum(), count, eps, guess));
  set_eps(p, count, eps);
}

}  // namespace samebits::gpu
