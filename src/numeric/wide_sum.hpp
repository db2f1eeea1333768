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

  /// Adds value * 2^(kUnitExponent + position). Each digit receives less than 2^33 a call, so 2^31
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
/// full. Each exponent has several cells, used in turn, because neighbours in a row mostly share an
/// exponent, and an addition to the same cell must wait for the one before to reach memory.
class SquareBins {
 public:
  /// Squares of 24-bit significands are below 2^48, so 64 bits hold the sum of 2^16 of them, even
  /// if all are in one bin.
  static constexpr int kCapacity = 1 << 16;
  static constexpr int kCells = 4;

  /// The square of a finite v: `square` units of 2^(2 max(exponent, 1) - 300).
  struct Term {
    std::uint64_t exponent;
    std::uint64_t square;
  };

  SAMEBITS_HD static Term term(float v) {
    const std::uint32_t u = bit_cast<std::uint32_t>(v) & 0x7FFFFFFFu;
    const std::uint32_t exponent = u >> 23;
    // The implicit bit, except for subnormals, which have the scale of exponent 1.
    const std::uint32_t implicit = exponent != 0 ? 0x00800000u : 0u;
    const std::uint64_t significand = (u & 0x007FFFFFu) | implicit;
    return {exponent, significand * significand};
  }

  /// Adds a term to a cell. At most kCapacity calls between folds.
  SAMEBITS_HD void add(Term term, int cell) { bins_[term.exponent][cell] += term.square; }

  /// Moves everything into `sum` and empties the bins.
  SAMEBITS_HD void fold_into(WideSum& sum) {
    for (int exponent = 0; exponent < 255; ++exponent) {
      std::uint64_t total = 0;
      for (int cell = 0; cell < kCells; ++cell) {
        total += bins_[exponent][cell];
        bins_[exponent][cell] = 0;
      }
      // v = significand * 2^(e - 150) with e = max(exponent, 1), so v^2 counts units of
      // 2^(2e - 300) = 2^(-298 + 2(e - 1)).
      if (total != 0) sum.add(total, 2 * ((exponent == 0 ? 1 : exponent) - 1));
    }
    sum.carry();
  }

 private:
  std::uint64_t bins_[256][kCells] = {};
};

}  // namespace samebits::numeric
