// SPDX-License-Identifier: Apache-2.0
#include "lab/number_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "lab/random.hpp"

namespace samebits::lab {
namespace {

TEST(NumberText, WholeNumbers) {
  EXPECT_EQ(parse_number<int>("-7"), -7);
  EXPECT_EQ(parse_number<int>("010"), 10);  // not octal
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"), ~std::uint64_t{0});
  for (const char* text : {"", " 1", "1 ", "+1", "1.0", "1e3", "0x1", "one", "2147483648", "--1"}) {
    EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_number<std::uint64_t>("-1"), std::nullopt);
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551616"), std::nullopt);
}

TEST(NumberText, DecimalsOnly) {
  EXPECT_EQ(parse_double("1e-6"), 1e-6);
  EXPECT_EQ(parse_double("-.5"), -0.5);
  EXPECT_EQ(parse_double("5."), 5.0);
  for (const char* text : {"", " 1", "1 ", "+1", "1e", "e1", ".", "1e5.0", "0x1p3", "inf", "nan",
                           "1e999", "1e-999", "1,0", "--1", "1-1"}) {
    EXPECT_EQ(parse_double(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_double(std::string("1\0", 2)), std::nullopt);
}

/// v * 2^80 as the digits of a decimal that is exact: for doubles of [2^-30, 1).
std::string exact_decimal(std::uint64_t mantissa, int exponent, bool half_more, bool sticky) {
  // 2^-k is 5^k / 10^k, so the digits are those of an integer.
  std::string digits = fmt::format("{}", 2 * mantissa + (half_more ? 1 : 0));
  const int k = 1 - exponent;
  for (int i = 0; i < k; ++i) {  // times 5
    int carry = 0;
    for (std::size_t at = digits.size(); at-- > 0;) {
      const int product = (digits[at] - '0') * 5 + carry;
      digits[at] = static_cast<char>('0' + product % 10);
      carry = product / 10;
    }
    if (carry > 0) digits.insert(digits.begin(), static_cast<char>('0' + carry));
  }
  return fmt::format("{}{}e-{}", digits, sticky ? "0000000000000000000001" : "",
                     k + (sticky ? 22 : 0));
}

// Halfway between two doubles, and a little above: where a long double in between goes wrong.
TEST(NumberText, IsRoundedOnceAtEveryMidpoint) {
  constexpr std::uint64_t kSeed = 2026;
  RecordProperty("seed", static_cast<int>(kSeed));
  Random random(kSeed);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::uint64_t mantissa = (std::uint64_t{1} << 52) | random.next() >> 12;
    const int exponent = -52 - static_cast<int>(random.below(30));
    const double below = std::ldexp(static_cast<double>(mantissa), exponent);
    const double above = std::ldexp(static_cast<double>(mantissa + 1), exponent);
    EXPECT_EQ(parse_double(exact_decimal(mantissa, exponent, false, false)), below) << trial;
    EXPECT_EQ(parse_double(exact_decimal(mantissa, exponent, true, true)), above) << trial;
    EXPECT_EQ(parse_double(exact_decimal(mantissa, exponent, true, false)),
              mantissa % 2 == 0 ? below : above)
        << "seed " << kSeed << ", trial " << trial;
  }
}

}  // namespace
}  // namespace samebits::lab
