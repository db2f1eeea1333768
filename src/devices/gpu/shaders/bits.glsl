// SPDX-License-Identifier: Apache-2.0
//
// Numbers as encodings: a hand port of numeric/formats.hpp, and float32 multiplication and addition
// in integers, for devices and values for which Vulkan does not promise the rounded result.

const uint kSign = 0x80000000u;
const uint kMagnitude = 0x7FFFFFFFu;
const uint kInfinity = 0x7F800000u;
const uint kNaN = 0x7FC00000u;

/// The product as (high, low).
uvec2 multiply_wide(uint a, uint b) {
  uint high, low;
  umulExtended(a, b, high, low);
  return uvec2(high, low);
}

// ---- the 16-bit formats ------------------------------------------------------------------------

uint from_half(uint h) {
  uint sign = (h & 0x8000u) << 16;
  uint magnitude = h & 0x7FFFu;
  if (magnitude >= 0x7C00u) return sign | kInfinity | ((magnitude & 0x3FFu) << 13);
  if (magnitude >= 0x0400u) return sign | ((magnitude << 13) + (112u << 23));
  if (magnitude == 0u) return sign;
  // magnitude * 2^-24: normal in float32.
  uint top = uint(findMSB(magnitude));
  return sign | (((top + 103u) << 23) + ((magnitude << (23u - top)) - 0x00800000u));
}

uint to_bfloat16(uint u) {
  if ((u & kMagnitude) > kInfinity) return 0x7FC0u;
  return (u + 0x7FFFu + ((u >> 16) & 1u)) >> 16;
}

uint to_half(uint u) {
  uint sign = (u >> 16) & 0x8000u;
  uint magnitude = u & kMagnitude;
  if (magnitude > kInfinity) return 0x7E00u;
  if (magnitude >= 0x47800000u) return sign | 0x7C00u;
  if (magnitude >= 0x38800000u) {
    return sign | ((magnitude - (112u << 23) + 0x0FFFu + ((magnitude >> 13) & 1u)) >> 13);
  }
  if (magnitude < 0x33000000u) return sign;
  uint significand = (magnitude & 0x007FFFFFu) | 0x00800000u;
  uint shift = 126u - (magnitude >> 23);
  uint kept = significand >> shift;
  uint dropped = significand & ((1u << shift) - 1u);
  uint tie = 1u << (shift - 1u);
  bool up = dropped > tie || (dropped == tie && (kept & 1u) != 0u);
  return sign | (kept + (up ? 1u : 0u));
}

/// RN_T of a float32, as an encoding of T.
uint to_stored(uint u) {
  if (kDType == kFloat16) return to_half(u);
  if (kDType == kBFloat16) return to_bfloat16(u);
  return (u & kMagnitude) > kInfinity ? kNaN : u;
}

/// An encoding of T as float32, exact.
uint from_stored(uint u) {
  if (kDType == kFloat16) return from_half(u);
  if (kDType == kBFloat16) return u << 16;
  return u;
}

/// RN_T of a float32, as float32.
uint round_to_stored(uint u) { return from_stored(to_stored(u)); }

// ---- float32 in integers -----------------------------------------------------------------------

/// Rounds significand / 2^31 * 2^(field - 127), nearest, ties to even. The significand has its top
/// bit set; `more`: a bit below it was lost.
uint round_and_pack(uint sign, int field, uint significand, bool more) {
  if (field >= 255) return sign | kInfinity;
  uint shift = 8u;
  if (field < 1) {
    // Subnormal: as many bits fewer. Beyond 33 nothing is left, not even a tie.
    shift = uint(9 - max(field, -24));
    field = 1;
  }
  if (shift > 32u) return sign;
  uint kept = shift == 32u ? 0u : significand >> shift;
  uint rest = shift == 32u ? significand : significand << (32u - shift);
  bool up = rest > kSign || (rest == kSign && (more || (kept & 1u) != 0u));
  // A carry out of the significand lands in the exponent, as it should, up to infinity.
  return sign | ((uint(field - 1) << 23) + kept + (up ? 1u : 0u));
}

/// The significand of a finite nonzero magnitude with its top bit at bit 31, and the exponent field
/// that it would have, which may be below 1 for subnormals.
uint normalized_significand(uint magnitude, out int field) {
  field = int(magnitude >> 23);
  if (field != 0) return ((magnitude & 0x007FFFFFu) | 0x00800000u) << 8;
  int shift = 31 - findMSB(magnitude);
  field = 9 - shift;
  return magnitude << uint(shift);
}

uint multiply_in_integers(uint a, uint b) {
  uint sign = (a ^ b) & kSign;
  uint ma = a & kMagnitude;
  uint mb = b & kMagnitude;
  if (ma > kInfinity || mb > kInfinity) return kNaN;
  if (ma == kInfinity || mb == kInfinity) return ma == 0u || mb == 0u ? kNaN : sign | kInfinity;
  if (ma == 0u || mb == 0u) return sign;
  int field_a, field_b;
  uint significand_a = normalized_significand(ma, field_a);
  uint significand_b = normalized_significand(mb, field_b);
  uvec2 product = multiply_wide(significand_a, significand_b);
  int field = field_a + field_b - 126;
  if (product.x < kSign) {
    product = uvec2((product.x << 1) | (product.y >> 31), product.y << 1);
    field -= 1;
  }
  return round_and_pack(sign, field, product.x, product.y != 0u);
}

uint add_in_integers(uint a, uint b) {
  if ((a & kMagnitude) < (b & kMagnitude)) {
    uint swap = a;
    a = b;
    b = swap;
  }
  uint ma = a & kMagnitude;
  uint mb = b & kMagnitude;
  if (ma > kInfinity) return kNaN;
  if (ma == kInfinity) return mb == kInfinity && a != b ? kNaN : a;
  if (ma == 0u) return a & b;  // -0 only if both are
  // Both on one scale with seven bits to spare below and one above. What is shifted out of the
  // smaller one leaves a 1 in its last bit, which is enough to round by.
  uint field = max(ma >> 23, 1u);
  uint distance = field - max(mb >> 23, 1u);
  uint larger = ((ma & 0x007FFFFFu) | (ma >= 0x00800000u ? 0x00800000u : 0u)) << 7;
  uint smaller = ((mb & 0x007FFFFFu) | (mb >= 0x00800000u ? 0x00800000u : 0u)) << 7;
  if (distance > 31u) {
    smaller = smaller != 0u ? 1u : 0u;
  } else if (distance != 0u) {
    uint shifted = smaller >> distance;
    smaller = shifted | ((shifted << distance) != smaller ? 1u : 0u);
  }
  uint total = ((a ^ b) & kSign) == 0u ? larger + smaller : larger - smaller;
  if (total == 0u) return 0u;
  int shift = 31 - findMSB(total);
  return round_and_pack(a & kSign, int(field) + 1 - shift, total << uint(shift), false);
}

// ---- float32 on the device ---------------------------------------------------------------------

// Vulkan promises the correctly rounded sum and product of normal numbers where the result is
// normal too (nearest even, where the module asks for it: FLOAT_RTE). Subnormals may be flushed,
// zeros may lose their sign, and infinities and NaN need not exist. So the device's result counts
// only if both operands and the result are ordinary, and a zero is answered without asking it; else
// `sure` becomes false, and the caller asks the integers.

/// Exponent field from 1 to 254.
bool is_normal(uint u) { return (u & kInfinity) - 0x00800000u < 0x7F000000u; }

bool is_zero(uint u) { return (u & kMagnitude) == 0u; }

bool is_plain(uint u) { return is_normal(u) || is_zero(u); }

/// Exponent field from 2 to 254: not rounded up out of the subnormals either.
bool is_safe_result(uint u) { return (u & kInfinity) - 0x01000000u < 0x7E800000u; }

float multiply_floats(float a, float b) {
  precise float product = a * b;
  return product;
}

float add_floats(float a, float b) {
  precise float sum = a + b;
  return sum;
}

float subtract_floats(float a, float b) {
  precise float difference = a - b;
  return difference;
}

uint multiply(uint a, uint b, inout bool sure) {
#if HARDWARE_FLOAT
  uint product = floatBitsToUint(multiply_floats(uintBitsToFloat(a), uintBitsToFloat(b)));
  // Zeros are frequent in weights and hidden states, and must not send a vector to the integers.
  bool zero = is_zero(a) || is_zero(b);
  sure = sure && is_plain(a) && is_plain(b) && (zero || is_safe_result(product));
  return zero ? (a ^ b) & kSign : product;
#else
  return multiply_in_integers(a, b);
#endif
}

uint add(uint a, uint b, inout bool sure) {
#if HARDWARE_FLOAT
  uint sum = floatBitsToUint(add_floats(uintBitsToFloat(a), uintBitsToFloat(b)));
  bool zero = is_zero(a) || is_zero(b);
  sure = sure && is_plain(a) && is_plain(b) && (zero || is_safe_result(sum));
  if (!zero) return sum;
  if (!is_zero(b)) return b;
  return is_zero(a) ? a & b : a;
#else
  return add_in_integers(a, b);
#endif
}
