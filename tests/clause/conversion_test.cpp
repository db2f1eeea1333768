// SPDX-License-Identifier: Apache-2.0
//
// C2 on every SIMD target: the vector conversions against numeric/formats.hpp, on every encoding of
// the 16-bit formats, and on every float32 whose upper or lower half decides a rounding. The scalar
// definition itself is compared with the oracle.
#include <gtest/gtest.h>

#include <bit>
#include <vector>

#include "core/float_environment.hpp"
#include "devices/cpu/kernels.hpp"
#include "numeric/formats.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

using numeric::BFloat16;
using numeric::Float16;

const cpu::Converters& converters(const Float16*, std::int64_t bit) {
  return *cpu::converters_float16(bit);
}
const cpu::Converters& converters(const BFloat16*, std::int64_t bit) {
  return *cpu::converters_bfloat16(bit);
}

/// Every upper half with lower halves around zero, the tie of bfloat16 and the ties of binary16,
/// and some at random: what decides a rounding to 16 bits, with far fewer than 2^32 cases.
std::vector<float> deciding_floats() {
  lab::Random random(seed());
  std::vector<float> values;
  for (std::uint32_t upper = 0; upper < 0x10000u; ++upper) {
    for (const std::uint32_t lower : {0x0000u, 0x0001u, 0x0FFFu, 0x1000u, 0x1001u, 0x2000u, 0x3000u,
                                      0x7FFFu, 0x8000u, 0x8001u, 0xF000u, 0xFFFFu}) {
      values.push_back(std::bit_cast<float>(upper << 16 | lower));
    }
    for (int i = 0; i < 4; ++i) {
      const auto lower = static_cast<std::uint32_t>(random.below(0x10000));
      values.push_back(std::bit_cast<float>(upper << 16 | lower));
    }
  }
  return values;
}

template <class T>
void expect_vector_matches_scalar() {
  std::vector<T> halves(0x10000);
  for (std::size_t i = 0; i < halves.size(); ++i) halves[i].bits = static_cast<std::uint16_t>(i);
  const std::vector<float> floats = deciding_floats();
  for (const auto& target : cpu::targets()) {
    const core::FloatEnvironment environment;
    const cpu::Converters& convert = converters(static_cast<T*>(nullptr), target.target);
    std::vector<float> widened(halves.size());
    convert.to_float(halves.data(), widened.data(), static_cast<std::int64_t>(halves.size()));
    for (std::size_t i = 0; i < halves.size(); ++i) {
      const float expected = numeric::to_float(halves[i]);
      if (numeric::is_nan(expected)) {
        ASSERT_TRUE(numeric::is_nan(widened[i])) << target << " " << i;
      } else {
        ASSERT_EQ(std::bit_cast<std::uint32_t>(widened[i]), std::bit_cast<std::uint32_t>(expected))
            << target << " " << i;
      }
    }
    std::vector<T> narrowed(floats.size());
    convert.from_float(floats.data(), narrowed.data(), static_cast<std::int64_t>(floats.size()));
    for (std::size_t i = 0; i < floats.size(); ++i) {
      T expected;
      numeric::from_float(floats[i], &expected);
      ASSERT_EQ(narrowed[i].bits, expected.bits) << target << " " << floats[i];
    }
  }
}

template <class T>
void expect_scalar_matches_oracle(oracle::Format format) {
  for (std::uint32_t i = 0; i < 0x10000u; ++i) {
    const T half{static_cast<std::uint16_t>(i)};
    const auto widened = std::bit_cast<std::uint32_t>(numeric::canonical(numeric::to_float(half)));
    ASSERT_EQ(widened, oracle::convert(i, format, oracle::Format::float32)) << i;
  }
  const auto floats = deciding_floats();
  lab::Random random(seed() + 1);
  for (int i = 0; i < 200000; ++i) {
    const float v = floats[random.below(floats.size())];
    T rounded;
    numeric::from_float(v, &rounded);
    ASSERT_EQ(rounded.bits,
              oracle::convert(std::bit_cast<std::uint32_t>(v), oracle::Format::float32, format))
        << v;
  }
}

TEST(Conversion, VectorFloat16MatchesScalar) {
  expect_vector_matches_scalar<Float16>();
}
TEST(Conversion, VectorBFloat16MatchesScalar) {
  expect_vector_matches_scalar<BFloat16>();
}
TEST(Conversion, ScalarFloat16MatchesOracle) {
  expect_scalar_matches_oracle<Float16>(oracle::Format::float16);
}
TEST(Conversion, ScalarBFloat16MatchesOracle) {
  expect_scalar_matches_oracle<BFloat16>(oracle::Format::bfloat16);
}

}  // namespace
}  // namespace samebits::test
