// SPDX-License-Identifier: Apache-2.0
#include "lab/ulp.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "lab/digest.hpp"

namespace samebits::lab {
namespace {

std::uint64_t distance(float a, float b) {
  return ulp_distance(std::bit_cast<std::uint32_t>(a), std::bit_cast<std::uint32_t>(b),
                      kInfinityFloat32);
}

TEST(UlpDistance, CountsStepsOfTheFormat) {
  EXPECT_EQ(distance(1.0f, 1.0f), 0u);
  EXPECT_EQ(distance(1.0f, std::nextafter(1.0f, 2.0f)), 1u);
  EXPECT_EQ(distance(1.0f, std::nextafter(1.0f, 0.0f)), 1u);
  EXPECT_EQ(distance(1.0f, 2.0f), 1u << 23);
  EXPECT_EQ(distance(2.0f, 1.0f), 1u << 23);
  EXPECT_EQ(ulp_distance<std::uint16_t>(0x3C00, 0x3C05, kInfinityFloat16), 5u);
  EXPECT_EQ(ulp_distance<std::uint16_t>(0x3F80, 0x3F81, kInfinityBFloat16), 1u);
}

TEST(UlpDistance, GoesAcrossZero) {
  const float least = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(distance(-0.0f, 0.0f), 1u);  // other bits, so not 0
  EXPECT_EQ(distance(0.0f, least), 1u);
  EXPECT_EQ(distance(-least, least), 3u);
  EXPECT_EQ(ulp_distance<std::uint16_t>(0x8001, 0x0001, kInfinityFloat16), 3u);
}

TEST(UlpDistance, ReachesFromEndToEnd) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(distance(std::numeric_limits<float>::max(), infinity), 1u);
  EXPECT_EQ(distance(-infinity, infinity), 2u * kInfinityFloat32 + 1u);
}

TEST(UlpDistance, NaNIsNearNothingButItself) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(distance(nan, nan), 0u);
  EXPECT_EQ(distance(nan, 1.0f), kUlpNan);
  EXPECT_EQ(distance(std::numeric_limits<float>::infinity(), nan), kUlpNan);
  EXPECT_EQ(ulp_distance<std::uint32_t>(0x7FC00000, 0x7FC00001, kInfinityFloat32), kUlpNan);
}

TEST(UlpHistogram, PutsDistancesInTheirClasses) {
  EXPECT_EQ(UlpHistogram::class_of(0), 0u);
  EXPECT_EQ(UlpHistogram::class_of(3), 3u);
  EXPECT_EQ(UlpHistogram::class_of(4), 3u);
  EXPECT_EQ(UlpHistogram::class_of(5), 4u);
  EXPECT_EQ(UlpHistogram::class_of(1025), UlpHistogram::kClasses - 2);
  EXPECT_EQ(UlpHistogram::class_of(kUlpNan), UlpHistogram::kClasses - 1);
}

TEST(UlpHistogram, SharesAreOfAllCounted) {
  UlpHistogram histogram;
  EXPECT_EQ(histogram.share(0), 0.0);
  histogram.add(0, 3);
  histogram.add(7);
  EXPECT_EQ(histogram.share(0), 0.75);
  EXPECT_EQ(histogram.total(), 4u);
}

TEST(Difference, FindsTheLargestOfEachKind) {
  const std::vector<float> a = {1.0f, 1024.0f, 0.0f, 5.0f};
  std::vector<float> b = a;
  b[0] = std::nextafter(1.0f, 2.0f);
  b[2] = -0.0f;
  b[1] = std::nextafter(1024.0f, 0.0f);
  const Difference found = difference(DType::float32, a.data(), b.data(), 4);
  EXPECT_EQ(found.max_ulp, 1u);
  EXPECT_EQ(found.max_abs, 0x1p-14);
  EXPECT_EQ(found.histogram.counts[0], 1u);
  EXPECT_EQ(found.histogram.counts[1], 3u);
}

TEST(Difference, OfSomethingNotFiniteIsInfinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> a = {nan, 1.0f};
  const std::vector<float> b = {nan, nan};
  const Difference found = difference(DType::float32, a.data(), b.data(), 2);
  EXPECT_EQ(found.max_ulp, kUlpNan);
  EXPECT_TRUE(std::isinf(found.max_abs));
  EXPECT_EQ(found.histogram.counts[0], 1u);
  EXPECT_EQ(found.histogram.counts[UlpHistogram::kClasses - 1], 1u);
}

TEST(Difference, ReadsSixteenBitFormats) {
  const std::vector<std::uint16_t> a = {0x3F80, 0x4000};
  const std::vector<std::uint16_t> b = {0x3F81, 0x4000};
  EXPECT_EQ(difference(DType::bfloat16, a.data(), b.data(), 2).max_abs, 0x1p-7);
  EXPECT_EQ(difference(DType::float16, a.data(), b.data(), 2).max_abs, 0x1p-10);
}

TEST(Digest, EveryBitAndTheLengthCount) {
  std::vector<std::byte> bytes(200);
  const Digest zeros = digest(bytes);
  EXPECT_EQ(zeros, digest(bytes));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = std::byte{1};
    EXPECT_NE(digest(bytes), zeros) << i;
    bytes[i] = std::byte{0};
  }
  bytes.push_back(std::byte{0});
  EXPECT_NE(digest(bytes), zeros);
  EXPECT_NE(digest({}), zeros);
}

}  // namespace
}  // namespace samebits::lab
