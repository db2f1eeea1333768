// SPDX-License-Identifier: Apache-2.0
//
// The fast sum of squares, formed by many threads in any order, with a bound of its error. Two
// arithmetics; ARITHMETIC_DOUBLE chooses. Both end in
//
//     |S - mantissa * 2^exponent| <= error * 2^exponent,   mantissa of 64 bits, top bit set.
//
// Double. Squares of float32 are exact in double, all terms are nonnegative, and a tree of height h
// gives S (1 + e), |e| <= 2 h 2^-53 (1 + small): twice the usual bound, because Vulkan does not say
// in which direction an addition rounds. Against a mantissa below 2^64 that is h 2^12 units; the
// host gives p.slack = (h + 2) 2^12.
//
// Integer, for devices without double. A sum (top, E, T) stands for T units of 2^(2 E - 316), where
// E is the largest exponent field met so far and T has 96 bits. A square m^2 2^(2 e - 300) of a 24-
// bit m is m^2 2^16 >> 2 (E - e) units: exact for elements within a factor of 2^8 of the largest,
// else short by less than one unit. When a larger element comes, T is shifted to its scale and
// falls short by less than one unit more; so it is when two sums merge. A vector of elements moves
// E at most once, and a sum of no elements (E = 1, T = 0) never shifts another, so that n elements
// make T fall short by less than n + n/4 + n/4 units: the host gives p.slack = 2 n + 16. The largest
// element itself has m^2 2^16 >= 2^62, unless it is subnormal, when nothing was ever shifted. So
// the relative error is about n 2^-61, without a window for the exponents of the row: S may overflow
// float32 or sink below its subnormals. (Double-float arithmetic has both ends to fear: a sum of
// 256 squares of 2^60 is beyond float32, and where subnormals are flushed, low parts vanish below
// 2^-126, by amounts that grow with n and not with the height of the tree.)
// T < 2^96 as long as n < 2^32.

struct Bounded {
  uint top;       // the largest magnitude in the row: tells zeros, infinities and NaN
  uint high;      // mantissa
  uint low;
  int exponent;
  uint error;
};

uint shift_right(uint high, uint low, uint distance) {
  return distance == 0u ? low : (low >> distance) | (high << (32u - distance));
}

/// (high, low) >> distance, any distance.
uvec2 shift_right_64(uvec2 v, uint distance) {
  if (distance >= 64u) return uvec2(0u);
  if (distance >= 32u) return uvec2(0u, v.x >> (distance - 32u));
  return uvec2(v.x >> distance, shift_right(v.x, v.y, distance));
}

uvec2 shift_left_64(uvec2 v, uint distance) {
  if (distance >= 64u) return uvec2(0u);
  if (distance >= 32u) return uvec2(v.y << (distance - 32u), 0u);
  return uvec2(distance == 0u ? v.x : (v.x << distance) | (v.y >> (32u - distance)),
               v.y << distance);
}

#if ARITHMETIC_DOUBLE

struct Sum {
  uint top;
  uint count;  // of what is complete: loops in a workgroup, elements in a row
  double total;
};

Sum no_elements() { return Sum(0u, 0u, 0.0lf); }

double add_doubles(double a, double b) {
  precise double sum = a + b;
  return sum;
}

double square(uint magnitude) {
  // A subnormal might be lost on the way through a float.
  precise double scaled = double(magnitude) * 1.40129846432481707e-45lf;  // 2^-149
  double v = magnitude >= 0x00800000u ? double(uintBitsToFloat(magnitude)) : scaled;
  precise double product = v * v;
  return product;
}

void add_magnitudes(inout Sum s, uvec4 magnitudes) {
  s.top = max(s.top, largest_of(magnitudes));
  double pair = add_doubles(square(magnitudes.x), square(magnitudes.y));
  double other = add_doubles(square(magnitudes.z), square(magnitudes.w));
  s.total = add_doubles(s.total, add_doubles(pair, other));
}

void merge(inout Sum s, Sum other) {
  s.top = max(s.top, other.top);
  s.count += other.count;
  s.total = add_doubles(s.total, other.total);
}

/// Four words beside `top` and `count` hold a sum in memory.
uvec4 packed(Sum s) {
  uvec2 words = unpackDouble2x32(s.total);
  return uvec4(words, 0u, 0u);
}

Sum unpacked(uint top, uint count, uvec4 words) {
  return Sum(top, count, packDouble2x32(words.xy));
}

/// Of a row of finite elements, not all zero.
Bounded bounded(Sum s) {
  uvec2 words = unpackDouble2x32(s.total);
  uvec2 mantissa = uvec2((words.y & 0x000FFFFFu) | 0x00100000u, words.x);
  mantissa = shift_left_64(mantissa, 11u);
  return Bounded(s.top, mantissa.x, mantissa.y, int(words.y >> 20) - 1086, p.slack);
}

#else

struct Sum {
  uint top;
  uint count;
  uint exponent;
  uvec3 total;  // lowest word first
};

Sum no_elements() { return Sum(0u, 0u, 1u, uvec3(0u)); }

uvec3 shift_right_96(uvec3 v, uint distance) {
  if (distance >= 96u) return uvec3(0u);
  if (distance >= 64u) {
    v = uvec3(v.z, 0u, 0u);
  } else if (distance >= 32u) {
    v = uvec3(v.y, v.z, 0u);
  }
  uint rest = distance & 31u;
  return uvec3(shift_right(v.y, v.x, rest), shift_right(v.z, v.y, rest), v.z >> rest);
}

uvec3 add_96(uvec3 a, uvec3 b) {
  uint low = a.x + b.x;
  uint middle = a.y + b.y;
  uint high = a.z + b.z + (middle < b.y ? 1u : 0u);
  uint carry = low < b.x ? 1u : 0u;
  middle += carry;
  high += middle < carry ? 1u : 0u;
  return uvec3(low, middle, high);
}

void rise_to(inout Sum s, uint exponent) {
  if (exponent > s.exponent) {
    s.total = shift_right_96(s.total, 2u * (exponent - s.exponent));
    s.exponent = exponent;
  }
}

void add_square(inout Sum s, uint magnitude) {
  uint field = magnitude >> 23;
  uint significand = (magnitude << 8) | (field != 0u ? kSign : 0u);
  if (field == 0u) significand = magnitude << 8;
  uvec2 square = multiply_wide(significand, significand);
  square = shift_right_64(square, 2u * (s.exponent - max(field, 1u)));
  s.total = add_96(s.total, uvec3(square.y, square.x, 0u));
}

void add_magnitudes(inout Sum s, uvec4 magnitudes) {
  uint top = largest_of(magnitudes);
  s.top = max(s.top, top);
  rise_to(s, top >> 23);
  [[unroll]] for (uint k = 0u; k < 4u; ++k) add_square(s, magnitudes[k]);
}

void merge(inout Sum s, Sum other) {
  s.top = max(s.top, other.top);
  s.count += other.count;
  rise_to(s, other.exponent);
  rise_to(other, s.exponent);
  s.total = add_96(s.total, other.total);
}

uvec4 packed(Sum s) { return uvec4(s.total, s.exponent); }

Sum unpacked(uint top, uint count, uvec4 words) {
  return Sum(top, count, words.w, words.xyz);
}

/// Of a row of finite elements, not all zero.
Bounded bounded(Sum s) {
  // Nothing was shifted if no exponent is above the lowest.
  uint slack = s.exponent == 1u ? 0u : p.slack;
  int exponent = 2 * int(s.exponent) - 316;
  if (s.total.z != 0u) {
    uint distance = uint(findMSB(s.total.z)) + 1u;
    uvec2 mantissa = distance == 32u
                         ? s.total.zy
                         : uvec2(shift_right(s.total.z, s.total.y, distance),
                                 shift_right(s.total.y, s.total.x, distance));
    return Bounded(s.top, mantissa.x, mantissa.y, exponent + int(distance),
                   (distance == 32u ? 0u : slack >> distance) + 2u);
  }
  uint distance = s.total.y != 0u ? 31u - uint(findMSB(s.total.y))
                                  : 63u - uint(findMSB(s.total.x));
  uvec2 mantissa = shift_left_64(s.total.yx, distance);
  return Bounded(s.top, mantissa.x, mantissa.y, exponent - int(distance),
                 slack << min(distance, 2u));
}

#endif

void add_values(inout Sum s, Values v) {
  add_magnitudes(s, magnitudes_of(v.low));
  if (kDType != kFloat32) add_magnitudes(s, magnitudes_of(v.high));
}

/// Every `threads`-th vector of [begin, end) from this thread's on; `row_at` is where the row lies.
Sum sum_of_thread(uint row_at, uint begin, uint end) {
  Sum s = no_elements();
  uint i = begin + gl_LocalInvocationID.x;
  for (; i < end; i += p.threads) add_values(s, load_values(row_at + i));
  s.count = i < end ? 0u : 1u;
  return s;
}

// ---- over the workgroup ------------------------------------------------------------------------

shared uint shared_top[256];
shared uvec4 shared_sum[256];

Sum shared_entry(uint i) { return unpacked(shared_top[i], shared_count[i], shared_sum[i]); }

void share(Sum s) {
  shared_top[gl_LocalInvocationID.x] = s.top;
  shared_count[gl_LocalInvocationID.x] = s.count;
  shared_sum[gl_LocalInvocationID.x] = packed(s);
}

/// The workgroup's sum, for thread 0. In two steps, not in a tree, because a barrier costs more
/// than a few additions; on processors that run a workgroup's threads in turns, much more.
Sum sum_of_workgroup(Sum s) {
  uint thread = gl_LocalInvocationID.x;
  share(s);
  barrier();
  if (p.threads > 16u) {
    if (thread < 16u) {
      [[dont_unroll]] for (uint i = thread + 16u; i < p.threads; i += 16u) {
        merge(s, shared_entry(i));
      }
      share(s);
    }
    barrier();
  }
  if (thread == 0u) {
    [[dont_unroll]] for (uint i = 1u; i < min(p.threads, 16u); ++i) merge(s, shared_entry(i));
  }
  return s;
}
