// SPDX-License-Identifier: Apache-2.0
//
// C8: the exact sum of squares and the decision by integers; a port of numeric/wide_sum.hpp and
// numeric/inverse_rms.hpp to 32-bit words.
//
// Threads do not add into shared digits, which would have them wait for each other: rows mostly
// lie in few exponents. Instead the workgroup goes over the row several times, each time for four
// neighbouring digits, and every thread collects those of its own elements in 64 bits each.

const uint kDigits = 22u;
const uint kDigitsAtATime = 4u;
// The highest square, exponent field 254, begins at bit 506 and has 48 bits: digits 0 to 17.
const uint kDigitsOfSquares = 18u;

shared uint wide_digits[kWideDigits];  // the sum; used by thread 0 alone
shared uint scaled_digits[kWideDigits];
shared uvec4 shared_low[256];
shared uvec4 shared_high[256];

void clear_wide() {
  [[dont_unroll]] for (uint i = 0u; i < kWideDigits; ++i) wide_digits[i] = 0u;
}

/// Adds value * 2^(32 digit).
void add_digit(uint digit, uint value) {
  [[dont_unroll]] for (uint i = digit; value != 0u && i < kDigits; ++i) {
    uint sum = wide_digits[i] + value;
    value = sum < value ? 1u : 0u;
    wide_digits[i] = sum;
  }
}

// ---- the sum -----------------------------------------------------------------------------------

/// Four sums of 64 bits.
struct DigitSums {
  uvec4 low;
  uvec4 high;
};

void add_digits(inout DigitSums s, uvec4 digits) {
  s.low += digits;
  s.high += uvec4(lessThan(s.low, digits));
}

void merge_digits(inout DigitSums s, DigitSums other) {
  s.high += other.high;
  add_digits(s, other.low);
}

/// The digits [first, first + 4) of a square on the grid of 2^-298.
uvec4 digits_of_square(uint magnitude, uint first) {
  uint field = magnitude >> 23;
  uint significand = (magnitude & 0x007FFFFFu) | (field != 0u ? 0x00800000u : 0u);
  uvec2 square = multiply_wide(significand, significand);
  uint position = 2u * (max(field, 1u) - 1u);
  uint shift = position & 31u;
  uint w0 = square.y << shift;
  uint w1 = shift_right(square.x, square.y, (32u - shift) & 31u);
  if (shift == 0u) w1 = square.x;
  uint w2 = shift == 0u ? 0u : square.x >> (32u - shift);
  int lead = int(position >> 5) - int(first);
  ivec4 offset = ivec4(0, 1, 2, 3) - ivec4(lead);
  uvec4 digits = mix(uvec4(0u), uvec4(w0), equal(offset, ivec4(0)));
  digits = mix(digits, uvec4(w1), equal(offset, ivec4(1)));
  return mix(digits, uvec4(w2), equal(offset, ivec4(2)));
}

void add_squares_of(inout DigitSums s, uvec4 magnitudes, uint first) {
  [[unroll]] for (uint k = 0u; k < 4u; ++k) add_digits(s, digits_of_square(magnitudes[k], first));
}

/// Counts in `complete` whether the loop came to its end.
DigitSums digit_sums_of_thread(uint row_at, uint begin, uint end, uint first, inout uint complete) {
  DigitSums s = DigitSums(uvec4(0u), uvec4(0u));
  uint i = begin + gl_LocalInvocationID.x;
  for (; i < end; i += p.threads) {
    Values v = load_values(row_at + i);
    add_squares_of(s, magnitudes_of(v.low), first);
    if (kDType != kFloat32) add_squares_of(s, magnitudes_of(v.high), first);
  }
  complete += i < end ? 0u : 1u;
  return s;
}

void share_digits(DigitSums s) {
  shared_low[gl_LocalInvocationID.x] = s.low;
  shared_high[gl_LocalInvocationID.x] = s.high;
}

void merge_shared(inout DigitSums s, uint from, uint to, uint step) {
  for (uint i = from; i < to; i += step) {
    merge_digits(s, DigitSums(shared_low[i], shared_high[i]));
  }
}

/// As sum_of_workgroup.
DigitSums digit_sums_of_workgroup(DigitSums s) {
  uint thread = gl_LocalInvocationID.x;
  barrier();  // the round before has been read
  share_digits(s);
  barrier();
  if (p.threads > 16u) {
    if (thread < 16u) {
      merge_shared(s, thread + 16u, p.threads, 16u);
      share_digits(s);
    }
    barrier();
  }
  if (thread == 0u) merge_shared(s, 1u, min(p.threads, 16u), 1u);
  return s;
}

/// Adds the squares of [begin, end) of a row to wide_digits. For all threads of the workgroup;
/// `top` is the row's largest magnitude, so that empty digits above it need no look. Tells thread 0
/// whether the loops came to their ends.
bool add_row_to_wide(uint row_at, uint begin, uint end, uint top) {
  uint digits = min(kDigitsOfSquares, ((max(top >> 23, 1u) - 1u) * 2u >> 5) + 3u);
  uint complete = 0u;
  [[dont_unroll]] for (uint first = 0u; first < digits; first += kDigitsAtATime) {
    DigitSums s = digit_sums_of_workgroup(digit_sums_of_thread(row_at, begin, end, first, complete));
    if (gl_LocalInvocationID.x == 0u) {
      // Words alternate: low of digit k, then high, which is low of digit k + 1.
      [[dont_unroll]] for (uint k = 0u; k < 2u * kDigitsAtATime; ++k) {
        uint digit = k >> 1;
        add_digit(first + digit + (k & 1u), (k & 1u) == 0u ? s.low[digit] : s.high[digit]);
      }
    }
  }
  uint rounds = (digits + kDigitsAtATime - 1u) / kDigitsAtATime;
  return count_of_workgroup(complete) == rounds * p.threads;
}

// ---- the decision, in one thread ---------------------------------------------------------------

void add_eps_to_wide() {
  [[dont_unroll]] for (uint i = 0u; i < 5u; ++i) add_digit(p.eps_digit + i, p.eps_words[i]);
}

void multiply_scaled(uint factor) {
  uint carry = 0u;
  [[dont_unroll]] for (uint i = 0u; i < kDigits; ++i) {
    uvec2 product = multiply_wide(scaled_digits[i], factor);
    uint low = product.y + carry;
    carry = product.x + (low < carry ? 1u : 0u);
    scaled_digits[i] = low;
  }
}

/// Where r lies against the midpoint above the finite float32 `bits`: 1 above, 0 on it, -1 below.
/// See numeric::compare_root.
int compare_root(uint bits) {
  uint field = bits >> 23;
  uint m = 2u * ((bits & 0x007FFFFFu) | (field != 0u ? 0x00800000u : 0u)) + 1u;
  uint position = uint(298 - 2 * (int(max(field, 1u)) - 151));
  [[dont_unroll]] for (uint i = 0u; i < kDigits; ++i) scaled_digits[i] = wide_digits[i];
  [[dont_unroll]] for (uint i = 0u; i < 2u; ++i) multiply_scaled(m);
  uint shift = position & 31u;
  uint lead = position >> 5;
  uint w0 = p.divisor << shift;
  uint w1 = shift == 0u ? 0u : p.divisor >> (32u - shift);
  [[dont_unroll]] for (uint i = kDigits; i-- > 0u;) {
    uint count = i == lead ? w0 : i == lead + 1u ? w1 : 0u;
    if (scaled_digits[i] != count) return scaled_digits[i] < count ? 1 : -1;
  }
  return 0;
}

/// r from wide_digits, which receive n eps first. `bits` is an estimate, a step or two off at most.
/// The search is that of decide_from; a tie goes to the even neighbour.
Root decide_in_integers(uint bits) {
  add_eps_to_wide();
  bool rising = true;
  // As many steps again as decide_from may have left to do.
  [[dont_unroll]] for (int i = 0; i < 64; ++i) {
    if (rising && bits == kInfinity) rising = false;
    if (!rising && bits == 0u) return Root(bits, kCertain);
    uint lower = rising ? bits : bits - 1u;
    int side = compare_root(lower);
    bool above = side > 0 || (side == 0 && (lower & 1u) != 0u);
    if (above && !rising) return Root(bits, kCertain);
    if (above) {
      ++bits;
    } else if (rising) {
      rising = false;
    } else {
      --bits;
    }
  }
  return Root(bits, kIncomplete);
}
