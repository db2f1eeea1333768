// SPDX-License-Identifier: Apache-2.0
//
// The exact sum of squares (C8): integers only, so any order of addition, on any number of
// threads, lanes or ranks, gives the same digits.
#pragma once

#include "numeric/formats.hpp"

namespace samebits::numeric {

/// A nonnegative integer multiple of 2^kUnitExponent in 32-bit digits, least significant first.
/// Each digit has 64 bits of room, so additions leave their carries for later and two sums merge
/// by adding digits, atomically if need be.
///
/// Why 22 digits: squares of float32 lie in [2^-298, 2^256). With fewer than 2^46 elements the sum
/// is below 2^302, that is 600 bits above the unit; compare_root multiplies it by a square of at
/// most 50 bits: 650. The other side of that comparison is n (46 bits) shifted by at most 602: 648.
/// 22 * 32 = 704 holds both.
class WideSum {
 public:
  static constexpr int kDigits = 22;
  static constexpr int kUnitExponent = -298;

  /// Adds value * 2^(kUnitExponent + position). Each digit receives less than 2^32 a call, so 2^32
  /// calls fit between two calls of carry().
  SAMEBITS_HD void add(std::uint64_t value, int position) {
    const int digit = position / 32;
    const int shift = position % 32;
    const std::uint64_t low = (value & kMask) << shift;
    const std::uint64_t high = (value >> 32) << shift;
    digits_[digit] += low & kMask;
    digits_[digit + 1] += (low >> 32) + (high & kMask);
    digits_[digit + 2] += high >> 32;
  }

  /// Merges another sum; exact, in any order.
  SAMEBITS_HD void add(const WideSum& other) {
    for (int i = 0; i < kDigits; ++i) digits_[i] += other.digits_[i];
    carry();
  }

  /// Makes every digit less than 2^32.
  SAMEBITS_HD void carry() {
    std::uint64_t carry = 0;
    for (int i = 0; i < kDigits; ++i) {
      digits_[i] += carry;
      carry = digits_[i] >> 32;
      digits_[i] &= kMask;
    }
  }

  /// Multiplies by a factor below 2^31. Digits must be carried before, and are after.
  SAMEBITS_HD void multiply(std::uint32_t factor) {
    std::uint64_t carry = 0;
    for (int i = 0; i < kDigits; ++i) {
      const std::uint64_t product = digits_[i] * factor + carry;
      digits_[i] = product & kMask;
      carry = product >> 32;
    }
  }

  /// -1, 0, 1 as this is less than, equal to, greater than other. Both carried.
  SAMEBITS_HD int compare(const WideSum& other) const {
    for (int i = kDigits - 1; i >= 0; --i) {
      if (digits_[i] != other.digits_[i]) return digits_[i] < other.digits_[i] ? -1 : 1;
    }
    return 0;
  }

 private:
  static constexpr std::uint64_t kMask = 0xFFFFFFFFu;
  std::uint64_t digits_[kDigits] = {};
};

/// Collects squares of float32 by exponent: one addition an element, folded into a WideSum when
/// full. Four tables side by side, because neighbours in a row mostly share an exponent, and an
/// addition to the same memory cell must wait for the one before (about 5 cycles).
class SquareBins {
 public:
  /// Squares of 24-bit significands are below 2^48, so a 64-bit bin holds 2^16 of them.
  static constexpr int kCapacity = 1 << 16;
  static constexpr int kTables = 4;

  /// Adds v * v for a finite v to table `table`. At most kCapacity calls between folds.
  SAMEBITS_HD void add(float v, int table) {
    const std::uint32_t u = bit_cast<std::uint32_t>(v) << 1;
    const std::uint32_t exponent = u >> 24;
    // The implicit bit, except for subnormals, which have the scale of exponent 1.
    const std::uint32_t implicit = exponent != 0 ? 0x00800000u : 0u;
    const std::uint64_t significand = ((u >> 1) & 0x007FFFFFu) | implicit;
    bins_[table][exponent] += significand * significand;
  }

  /// Moves everything into `sum` and empties the bins.
  SAMEBITS_HD void fold_into(WideSum& sum) {
    for (int exponent = 0; exponent < 255; ++exponent) {
      // v = significand * 2^(e - 150) with e = max(exponent, 1), so v^2 counts units of
      // 2^(2e - 300) = 2^(-298 + 2(e - 1)).
      const int position = 2 * ((exponent == 0 ? 1 : exponent) - 1);
      for (int table = 0; table < kTables; ++table) {
        if (bins_[table][exponent] != 0) sum.add(bins_[table][exponent], position);
        bins_[table][exponent] = 0;
      }
    }
    sum.carry();
  }

 private:
  std::uint64_t bins_[kTables][256] = {};
};

}  // namespace samebits::numeric
