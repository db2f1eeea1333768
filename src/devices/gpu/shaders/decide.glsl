// SPDX-License-Identifier: Apache-2.0
//
// C7 without division or square root, which Vulkan does not round: the correctly rounded
// r = 1 / sqrt(S / n + eps) from a sum S with a bound of its error, decided by comparing integers.
// All of it runs in one thread a row.

struct Root {
  uint bits;   // r, or if ambiguous a float32 next to it
  uint state;
};

/// A = S + n eps. The two roundings down add an error of at most 4 units.
Bounded plus_eps(Bounded s) {
  if (p.eps_high == 0u) return s;
  uvec2 a = uvec2(s.high, s.low);
  uvec2 b = uvec2(p.eps_high, p.eps_low);
  int distance = s.exponent - p.eps_exponent;
  if (distance >= 0) {
    b = shift_right_64(b, uint(distance));
  } else {
    a = shift_right_64(a, uint(-distance));
    s.exponent = p.eps_exponent;
  }
  uint low = a.y + b.y;
  uint carry = low < b.y ? 1u : 0u;
  uint high = a.x + b.x;
  bool overflow = high < b.x;
  high += carry;
  overflow = overflow || high < carry;
  if (overflow) {
    low = (low >> 1) | (high << 31);
    high = (high >> 1) | kSign;
    s.exponent += 1;
  }
  s.high = high;
  s.low = low;
  s.error = min(s.error, 0xFFFFFFF0u) + 4u;
  return s;
}

/// 1 / sqrt(v) for v in [1, 4), to about one ulp, by Newton's iteration: from additions and
/// multiplications alone. Only an estimate is wanted here, so its rounding does not matter.
float estimate_root(float v) {
  float y = uintBitsToFloat(0x5F375A86u - (floatBitsToUint(v) >> 1));
  float half_v = multiply_floats(0.5, v);
  [[dont_unroll]] for (int i = 0; i < 4; ++i) {
    y = multiply_floats(
        y, subtract_floats(1.5, multiply_floats(half_v, multiply_floats(y, y))));
  }
  return y;
}

/// A float32 close to sqrt(n / A).
uint estimate(Bounded a) {
  int exponent = a.exponent + 63;  // A is in [1, 2) * 2^exponent
  uint odd = uint(exponent) & 1u;
  float v = uintBitsToFloat(((127u + odd) << 23) | ((a.high >> 8) & 0x007FFFFFu));
  uint z = floatBitsToUint(multiply_floats(estimate_root(v), uintBitsToFloat(p.root_count)));
  int field = int(z >> 23) + p.root_count_exponent - ((exponent - int(odd)) >> 1);
  if (field >= 255) return kInfinity - 1u;
  if (field >= 1) return (uint(field) << 23) | (z & 0x007FFFFFu);
  return field < -22 ? 0u : ((z & 0x007FFFFFu) | 0x00800000u) >> uint(1 - field);
}

/// The square of m, for the midpoint M = m 2^q above the float32 `bits`.
struct Midpoint {
  uvec2 square;
  int exponent;  // q
};

Midpoint midpoint_above(uint bits) {
  uint field = bits >> 23;
  uint m = 2u * ((bits & 0x007FFFFFu) | (field != 0u ? 0x00800000u : 0u)) + 1u;
  return Midpoint(multiply_wide(m, m), int(max(field, 1u)) - 151);
}

/// a * b, lowest word first.
uvec4 multiply_64(uvec2 a, uvec2 b) {
  uvec2 low = multiply_wide(a.y, b.y);
  uvec2 cross_a = multiply_wide(a.x, b.y);
  uvec2 cross_b = multiply_wide(a.y, b.x);
  uvec2 high = multiply_wide(a.x, b.x);
  uvec4 r = uvec4(low.y, low.x, high.y, high.x);
  uint carry;
  r.y = uaddCarry(r.y, cross_a.y, carry);
  uint c = carry;
  r.y = uaddCarry(r.y, cross_b.y, carry);
  c += carry;
  r.z = uaddCarry(r.z, c, carry);
  c = carry;
  r.z = uaddCarry(r.z, cross_a.x, carry);
  c += carry;
  r.z = uaddCarry(r.z, cross_b.x, carry);
  r.w += c + carry;
  return r;
}

bool is_less(uvec4 a, uvec4 b) {
  if (a.w != b.w) return a.w < b.w;
  if (a.z != b.z) return a.z < b.z;
  if (a.y != b.y) return a.y < b.y;
  return a.x < b.x;
}

uvec4 subtract_128(uvec4 a, uvec4 b) {
  uvec4 r;
  uint borrow;
  r.x = usubBorrow(a.x, b.x, borrow);
  uint b1 = borrow;
  uint t = usubBorrow(a.y, b.y, borrow);
  uint b2 = borrow;
  r.y = usubBorrow(t, b1, borrow);
  b2 += borrow;
  t = usubBorrow(a.z, b.z, borrow);
  uint b3 = borrow;
  r.z = usubBorrow(t, b2, borrow);
  b3 += borrow;
  r.w = a.w - b.w - b3;
  return r;
}

/// Where r lies against the midpoint above `bits`: 1 above, -1 below, 0 not known.
///
/// r > M exactly when M^2 A < n. With A = a 2^x and n = b 2^-k that compares m^2 a, 114 bits, with
/// b 2^j, j = -k - 2 q - x; near the root both have about the same length. a is known up to
/// `error`, so m^2 a is up to m^2 error.
int side_of(Bounded a, uint bits) {
  Midpoint m = midpoint_above(bits);
  uint shift = 63u - uint(findMSB(p.divisor));
  uvec2 count = shift_left_64(uvec2(0u, p.divisor), shift);  // its top bit at bit 63
  int distance = -int(shift) - 2 * m.exponent - a.exponent;
  if (distance < 0 || distance > 63) return 0;
  uvec4 left = multiply_64(m.square, uvec2(a.high, a.low));
  uvec4 right = multiply_64(count, shift_left_64(uvec2(0u, 1u), uint(distance)));
  uvec4 error = multiply_64(m.square, uvec2(0u, a.error));
  if (is_less(left, right)) return is_less(error, subtract_128(right, left)) ? 1 : 0;
  return is_less(error, subtract_128(left, right)) ? -1 : 0;
}

/// r of a row of finite elements that are not all zero. Goes up as long as r lies above the upper
/// midpoint, then down as long as it lies below the lower one.
Root decide_from(Bounded s) {
  Bounded a = plus_eps(s);
  uint bits = estimate(a);
  bool rising = true;
  // The estimate is a few steps off at most.
  [[dont_unroll]] for (int i = 0; i < 32; ++i) {
    uint lower = rising ? bits : bits - 1u;
    int side = side_of(a, min(lower, kInfinity - 1u));
    if (rising && bits == kInfinity) side = -1;
    if (!rising && bits == 0u) side = 1;
    if (side == 0) return Root(bits, kAmbiguous);
    if (side > 0 && !rising) return Root(bits, kCertain);
    if (side > 0) {
      ++bits;
    } else if (rising) {
      rising = false;
    } else {
      --bits;
    }
  }
  return Root(bits, kAmbiguous);
}

/// Rows of zeros, infinities or NaN have their r by C9.
bool is_special(uint top) { return top == 0u || top >= kInfinity; }

uint special_root(uint top) {
  if (top == 0u) return p.zero_row;
  return top > kInfinity ? kNaN : 0u;
}

/// C7 for one row, and the counters. The state says whether integers must decide.
Root decide(Sum s) {
  bool force = (p.flags & kForceExactPath) != 0u;
  if (is_special(s.top)) {
    if (s.top == 0u && force) atomicAdd(work[0], 1u);
    return Root(special_root(s.top), kCertain);
  }
  Root root = decide_from(bounded(s));
  if ((p.flags & kDistrustSums) != 0u) root.state = kAmbiguous;
  if (root.state == kAmbiguous) atomicAdd(work[1], 1u);
  if (force) root.state = kAmbiguous;
  if (root.state == kAmbiguous) atomicAdd(work[0], 1u);
  return root;
}
