// SPDX-License-Identifier: Apache-2.0
//
// Distance between two outputs in units in the last place of their dtype.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "samebits/testing.hpp"

namespace samebits::lab {

/// The distance where a NaN stands on one side only, or two NaNs have different bits.
inline constexpr std::uint64_t kUlpNan = std::numeric_limits<std::uint64_t>::max();

/// How many steps of their format lie between two numbers, given as bits. -0 and +0 are neighbours,
/// so that 0 means the same bits and nothing else.
template <class Bits>
constexpr std::uint64_t ulp_distance(Bits a, Bits b, Bits infinity) {
  static_assert(std::is_unsigned_v<Bits>);
  if (a == b) return 0;
  constexpr Bits kSign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
  const auto is_nan = [&](Bits v) { return static_cast<Bits>(v & ~kSign) > infinity; };
  if (is_nan(a) || is_nan(b)) return kUlpNan;
  const auto place = [&](Bits v) {
    const auto magnitude = static_cast<std::int64_t>(v & static_cast<Bits>(~kSign));
    return (v & kSign) != 0 ? -1 - magnitude : magnitude;
  };
  const std::int64_t distance = place(a) - place(b);
  return static_cast<std::uint64_t>(distance < 0 ? -distance : distance);
}

inline constexpr std::uint32_t kInfinityFloat32 = 0x7F800000u;
inline constexpr std::uint16_t kInfinityFloat16 = 0x7C00u;
inline constexpr std::uint16_t kInfinityBFloat16 = 0x7F80u;

/// Counts of distances in classes that a person can read.
struct UlpHistogram {
  /// Class i holds distances up to kUpTo[i] that no earlier class holds; the last but one the
  /// rest, the last NaNs.
  static constexpr std::array<std::uint64_t, 8> kUpTo = {0, 1, 2, 4, 8, 16, 64, 1024};
  static constexpr std::size_t kClasses = kUpTo.size() + 2;

  std::array<std::uint64_t, kClasses> counts{};

  static constexpr std::size_t class_of(std::uint64_t distance) {
    if (distance == kUlpNan) return kClasses - 1;
    std::size_t i = 0;
    while (i < kUpTo.size() && distance > kUpTo[i]) ++i;
    return i;
  }
  void add(std::uint64_t distance, std::uint64_t times = 1) { counts[class_of(distance)] += times; }
  void merge(const UlpHistogram& other) {
    for (std::size_t i = 0; i < kClasses; ++i) counts[i] += other.counts[i];
  }
  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    return sum;
  }
  /// Of all counted, 0 to 1; 0 if nothing was.
  double share(std::size_t i) const {
    const std::uint64_t sum = total();
    return sum == 0 ? 0.0 : static_cast<double>(counts[i]) / static_cast<double>(sum);
  }
};

/// What differs between two outputs of one dtype.
struct Difference {
  UlpHistogram histogram;
  std::uint64_t max_ulp = 0;
  double max_abs = 0.0;  ///< infinity if they differ where one is not finite
};

/// Element by element; both hold `elements` of `dtype`.
Difference difference(DType dtype, const void* a, const void* b, std::int64_t elements);

}  // namespace samebits::lab
