// SPDX-License-Identifier: Apache-2.0
//
// C9 and C10 against the oracle where NaN and infinities meet everything else: in x, weight and
// residual, in vectors and tails, with payloads that a rounding could carry into the exponent.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support.hpp"

namespace samebits::test {
namespace {

std::uint32_t special_encoding(DType dtype, lab::Random& random) {
  const oracle::Layout layout = oracle::layout(format_of(dtype));
  const auto bits = static_cast<std::uint32_t>(random.next());
  const std::uint32_t sign = bits & layout.sign_bit();
  const std::uint32_t fraction = bits & ((1u << (layout.precision - 1)) - 1);
  switch (random.below(6)) {
    case 0:
      return sign | layout.infinity();
    case 1:
      return sign | layout.infinity() | fraction;
    case 2:
      return sign | (layout.sign_bit() - 1);  // a NaN of ones only
    case 3:
      return sign | (layout.infinity() + 1);  // a signalling one
    case 4:
      return sign;
    default:
      return sign | layout.max_finite();
  }
}

void put_specials(io::Array& array, lab::Random& random) {
  const std::size_t size = size_of(array.dtype);
  for (std::uint64_t count = random.below(4); count > 0; --count) {
    const std::uint32_t bits = special_encoding(array.dtype, random);
    const auto at = random.below(static_cast<std::uint64_t>(array.elements()));
    std::memcpy(array.data.data() + at * size, &bits, size);
  }
}

TEST(SpecialProblems, EveryOperandWithEverySpecial) {
  lab::Random random(seed());
  for (int i = 0; i < 6000; ++i) {
    Problem p = random_problem(random);
    if (random.below(2) == 0) put_specials(p.x, random);
    if (p.weight) put_specials(*p.weight, random);
    if (p.residual && random.below(2) == 0) put_specials(*p.residual, random);
    ASSERT_EQ(difference_from_oracle(p, run(p)), "") << "problem " << i;
  }
}

/// Mode `none` ignores a weight that is given, even one that could make an output NaN.
TEST(SpecialProblems, AnUnusedWeightOfNaN) {
  Encodings bits(64, 0x3F800000u);
  bits[5] = 0x7F800000u;  // an infinity: the others become zeros
  Problem p;
  p.x = array_of(DType::float32, 1, 64, bits);
  p.weight = array_of(DType::float32, 1, 64, Encodings(64, 0x7FC00000u));
  p.weight_mode = WeightMode::none;
  const Answer expected = oracle_answer(p);
  for (const auto& target : testing::simd_targets()) {
    p.options.simd = target;
    EXPECT_EQ(difference_from(p, run(p), expected), "") << target;
  }
}

}  // namespace
}  // namespace samebits::test
