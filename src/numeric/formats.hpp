// SPDX-License-Identifier: Apache-2.0
//
// The three element formats and the roundings between them (C2, C10).
//
// Conversions are done in integers, not by the hardware: x86's AVX512_BF16 convert flushes
// subnormals, some Arm cores can be switched to another half format, and compilers differ in what
// they emit for _Float16. Vector code may use hardware conversions where a test has compared them
// with these functions on every encoding.
#pragma once

#include "numeric/portable.hpp"

namespace samebits::numeric {

/// IEEE binary16: 1 sign, 5 exponent, 10 fraction bits.
struct Float16 {
  std::uint16_t bits;
};

/// The upper half of binary32: 1 sign, 8 exponent, 7 fraction bits.
struct BFloat16 {
  std::uint16_t bits;
};

// C10: every NaN written is this one, because the default NaN differs between processors (x86 sets
// the sign, Arm does not).
inline constexpr std::uint32_t kCanonicalNaN32 = 0x7FC00000u;
inline constexpr std::uint16_t kCanonicalNaN16 = 0x7E00u;
inline constexpr std::uint16_t kCanonicalNaNBf16 = 0x7FC0u;

SAMEBITS_HD inline bool is_nan(float v) {
  return v != v;
}

SAMEBITS_HD inline float canonical(float v) {
  return is_nan(v) ? bit_cast<float>(kCanonicalNaN32) : v;
}

// ---- to float32: exact -------------------------------------------------------------------------

SAMEBITS_HD inline float to_float(float v) {
  return v;
}

SAMEBITS_HD inline float to_float(BFloat16 v) {
  return bit_cast<float>(static_cast<std::uint32_t>(v.bits) << 16);
}

SAMEBITS_HD inline float to_float(Float16 v) {
  const std::uint32_t sign = (v.bits & 0x8000u) << 16;
  const std::uint32_t magnitude = v.bits & 0x7FFFu;
  if (magnitude >= 0x7C00u) {  // infinity and NaN keep their payload
    return bit_cast<float>(sign | 0x7F800000u | ((magnitude & 0x3FFu) << 13));
  }
  if (magnitude < 0x0400u) {  // zero and subnormals: magnitude * 2^-24, exact in float32
    const float value = static_cast<float>(magnitude) * 0x1p-24f;
    return bit_cast<float>(sign | bit_cast<std::uint32_t>(value));
  }
  return bit_cast<float>(sign | ((magnitude << 13) + ((127u - 15u) << 23)));
}

// ---- from float32: one rounding, to nearest, ties to even ---------------------------------------

SAMEBITS_HD inline void from_float(float v, float* out) {
  *out = canonical(v);
}

SAMEBITS_HD inline void from_float(float v, BFloat16* out) {
  const std::uint32_t u = bit_cast<std::uint32_t>(canonical(v));
  // Adding 0x7FFF, and one more where the kept part is odd, carries exactly when the dropped half
  // is above the tie, or on the tie with an odd kept part. A carry out of the largest finite value
  // gives infinity, as C2 asks; the canonical NaN has an empty lower half and cannot carry.
  out->bits = static_cast<std::uint16_t>((u + 0x7FFFu + ((u >> 16) & 1u)) >> 16);
}

SAMEBITS_HD inline void from_float(float v, Float16* out) {
  const std::uint32_t u = bit_cast<std::uint32_t>(v);
  const std::uint32_t sign = (u >> 16) & 0x8000u;
  const std::uint32_t magnitude = u & 0x7FFFFFFFu;
  std::uint32_t half = 0;
  if (magnitude > 0x7F800000u) {
    out->bits = kCanonicalNaN16;
    return;
  }
  if (magnitude >= 0x47800000u) {  // 2^16 and above; [65520, 65536) carries into infinity below
    half = 0x7C00u;
  } else if (magnitude >= 0x38800000u) {  // 2^-14: normal in binary16
    half = (magnitude - ((127u - 15u) << 23) + 0x0FFFu + ((magnitude >> 13) & 1u)) >> 13;
  } else if (magnitude >= 0x33000000u) {  // 2^-25, the tie between 0 and the least subnormal
    const std::uint32_t significand = (magnitude & 0x007FFFFFu) | 0x00800000u;
    const std::uint32_t shift = 126u - (magnitude >> 23);  // 14 to 24: to units of 2^-24
    const std::uint32_t kept = significand >> shift;
    const std::uint32_t dropped = significand & ((1u << shift) - 1u);
    const std::uint32_t tie = 1u << (shift - 1u);
    half = kept + (dropped > tie || (dropped == tie && (kept & 1u)) ? 1u : 0u);
  }
  out->bits = static_cast<std::uint16_t>(sign | half);
}

/// RN_T(v) as a float32, where T may be float32 itself.
template <class T>
SAMEBITS_HD inline float round_to(float v) {
  T rounded;
  from_float(v, &rounded);
  return to_float(rounded);
}

}  // namespace samebits::numeric
