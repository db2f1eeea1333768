// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <utility>

#include "oracle/oracle.hpp"
#include "oracle/splitmix64.hpp"
#include "oracle/test_support.hpp"

namespace samebits::oracle {
namespace {

constexpr Format kFormats[] = {Format::float32, Format::float16, Format::bfloat16};
constexpr Format kNarrow[] = {Format::float16, Format::bfloat16};

uint32_t reference_convert(uint32_t encoding, Format from, Format to) {
  return reference_encode(reference_round(reference_decode(encoding, from), to), to);
}

TEST(Convert, AllSixteenBitEncodingsToEveryFormat) {
  for (const Format from : kNarrow) {
    for (const Format to : kFormats) {
      for (uint32_t v = 0; v < 0x10000u; ++v) {
        ASSERT_EQ(convert(v, from, to), reference_convert(v, from, to)) << std::hex << v;
      }
    }
  }
}

TEST(Convert, ThroughFloat32AndBackIsTheIdentity) {
  for (const Format format : kNarrow) {
    for (uint32_t v = 0; v < 0x10000u; ++v) {
      const uint32_t expected = is_nan(v, format) ? layout(format).nan() : v;
      const uint32_t wide = convert(v, format, Format::float32);
      ASSERT_EQ(convert(wide, Format::float32, format), expected) << std::hex << v;
    }
  }
}

TEST(Convert, RandomFloat32) {
  SplitMix64 random(test_seed());
  for (int i = 0; i < 300'000; ++i) {
    uint32_t v = static_cast<uint32_t>(random.next());
    if (i % 2 == 0) {  // Exponents from 2^-28 to 2^17, about float16's range.
      v = (v & 0x807FFFFFu) | static_cast<uint32_t>((99 + random.below(46)) << 23);
    }
    for (const Format to : kFormats) {
      ASSERT_EQ(convert(v, Format::float32, to), reference_convert(v, Format::float32, to))
          << std::hex << v;
    }
  }
}

// Every midpoint of two neighbours, the last being the overflow threshold, and the float32 below
// and above it. The reference is the rule itself: below, the even one of the two, above.
TEST(Convert, AllMidpointsOfTheNarrowFormats) {
  for (const Format to : kNarrow) {
    const Layout f = layout(to);
    for (uint32_t low = 0; low < f.infinity(); ++low) {
      const mpq_class beyond = mpq_class(1) << (f.max_exponent() + 1);
      const mpq_class high = low + 1 == f.infinity() ? beyond : decode(low + 1, to);
      const mpq_class midpoint = (decode(low, to) + high) / 2;
      const uint32_t wide = round_to(midpoint, Format::float32);
      ASSERT_EQ(decode(wide, Format::float32), midpoint);
      const uint32_t even = low + (low & 1);
      ASSERT_EQ(convert(wide - 1, Format::float32, to), low);
      ASSERT_EQ(convert(wide, Format::float32, to), even);
      ASSERT_EQ(convert(wide + 1, Format::float32, to), low + 1);
      ASSERT_EQ(convert(wide | 0x80000000u, Format::float32, to), even | f.sign_bit());
      ASSERT_EQ(round_to(-midpoint, to), even | f.sign_bit());
    }
  }
}

TEST(Convert, NansBecomeCanonical) {
  for (const uint32_t v : {0x7F800001u, 0x7FC00000u, 0x7FFFFFFFu, 0xFF800001u, 0xFFC12345u}) {
    EXPECT_EQ(convert(v, Format::float32, Format::float32), 0x7FC00000u);
    EXPECT_EQ(convert(v, Format::float32, Format::float16), 0x7E00u);
    EXPECT_EQ(convert(v, Format::float32, Format::bfloat16), 0x7FC0u);
  }
}

TEST(Convert, KnownValues) {
  const auto half = [](uint32_t v) { return convert(v, Format::float32, Format::float16); };
  EXPECT_EQ(half(0x3F800000u), 0x3C00u);  // 1
  EXPECT_EQ(half(0x477FEFFFu), 0x7BFFu);  // Below 65520: the greatest finite value.
  EXPECT_EQ(half(0x477FF000u), 0x7C00u);  // 65520: infinity.
  EXPECT_EQ(half(0x33000000u), 0x0000u);  // 2^-25: a tie, to zero.
  EXPECT_EQ(half(0xB3000001u), 0x8001u);  // Just beyond it, negative.
  const auto brain = [](uint32_t v) { return convert(v, Format::float32, Format::bfloat16); };
  EXPECT_EQ(brain(0x3F808000u), 0x3F80u);
  EXPECT_EQ(brain(0x3F818000u), 0x3F82u);
  EXPECT_EQ(brain(0x00018000u), 0x0002u);  // A subnormal, which is kept.
  EXPECT_EQ(brain(0x7F7FFFFFu), 0x7F80u);
}

TEST(RoundTo, RationalsThatNoBinaryFormatHas) {
  EXPECT_EQ(round_to(mpq_class(1, 3), Format::float32), 0x3EAAAAABu);
  EXPECT_EQ(round_to(mpq_class(-1, 3), Format::float16), 0xB555u);
  EXPECT_EQ(round_to(mpq_class(2, 3), Format::bfloat16), 0x3F2Bu);
  const mpq_class tiny = mpq_class(1) >> 400;
  EXPECT_EQ(round_to(tiny, Format::float32), 0u);
  EXPECT_EQ(round_to(-tiny, Format::float32), 0x80000000u);
  EXPECT_EQ(round_to(1 + tiny, Format::float32), 0x3F800000u);
  // The tie at 1 + 2^-24, and next to it on either side by 2^-400.
  const mpq_class tie = 1 + (mpq_class(1) >> 24);
  EXPECT_EQ(round_to(tie - tiny, Format::float32), 0x3F800000u);
  EXPECT_EQ(round_to(tie, Format::float32), 0x3F800000u);
  EXPECT_EQ(round_to(tie + tiny, Format::float32), 0x3F800001u);
  EXPECT_EQ(round_to(mpq_class(1) << 400, Format::bfloat16), 0x7F80u);
}

}  // namespace
}  // namespace samebits::oracle
