// SPDX-License-Identifier: Apache-2.0
//
// Clauses C4 to C6: all that happens to one element. Each function has two forms: one on the
// device's float32, for a whole vector at once, that says whether every operation was one of those
// promised, and one in integers for the vectors where it was not.

const uint kPerVector = kDType == kFloat32 ? 4u : 8u;

/// Element k of a vector, as float32.
uint element(uvec4 vector, uint k) {
  if (kDType == kFloat32) return vector[k];
  uint word = vector[k >> 1];
  return from_stored((k & 1u) != 0u ? word >> 16 : word & 0xFFFFu);
}

/// Puts an encoding of T into a vector of zeros at element k.
void put(inout uvec4 vector, uint k, uint stored) {
  if (kDType == kFloat32) {
    vector[k] = stored;
  } else {
    vector[k >> 1] |= stored << ((k & 1u) * 16u);
  }
}

// ---- C6 ----------------------------------------------------------------------------------------

/// What takes the place of x in C1 to C5, given RN32(x + d).
uint normalized_input(uint sum) {
  return kResidual == kResidualRounded ? round_to_stored(sum) : sum;
}

uint input_in_integers(uint x, uint d) {
  return kResidual == kResidualNone ? x : normalized_input(add_in_integers(x, d));
}

uint input_value(uint x, uint d, inout bool sure) {
  return kResidual == kResidualNone ? x : normalized_input(add(x, d, sure));
}

// ---- C4 and C5 ---------------------------------------------------------------------------------

uint weighted_in_integers(uint v, uint r, uint w) {
  uint t = multiply_in_integers(v, r);
  if (kWeight == kWeightNone) return t;
  if (kWeight == kWeightCastFirst) t = round_to_stored(t);
  if (kWeight == kWeightOnePlus) w = add_in_integers(0x3F800000u, w);
  return multiply_in_integers(t, w);
}

uint weighted(uint v, uint r, uint w, inout bool sure) {
  uint t = multiply(v, r, sure);
  if (kWeight == kWeightNone) return t;
  if (kWeight == kWeightCastFirst) t = round_to_stored(t);
  if (kWeight == kWeightOnePlus) w = add(0x3F800000u, w, sure);
  return multiply(t, w, sure);
}

// ---- vectors -----------------------------------------------------------------------------------

/// The weight of one vector of x; a float32 weight of 16-bit elements takes two.
struct Weights {
  uvec4 low;
  uvec4 high;
};

Weights load_weights(uint i) {
  Weights w = Weights(uvec4(0u), uvec4(0u));
  if (kWeight == kWeightNone) return w;
  if (kDType != kFloat32 && kWeightIsFloat32 != 0u) {
    w.low = weight_data[2u * i];
    w.high = weight_data[2u * i + 1u];
  } else {
    w.low = weight_data[i];
  }
  return w;
}

uint weight_element(Weights w, uint k) {
  if (kDType != kFloat32 && kWeightIsFloat32 != 0u) return k < 4u ? w.low[k] : w.high[k - 4u];
  return element(w.low, k);
}

uvec4 load_residual(uint at) {
  return kResidual == kResidualNone ? uvec4(0u) : residual_data[at];
}

/// Vector i of a row, and where it lies.
void normalize_vector(uint at, uint i, uint r) {
  uvec4 x = x_data[at];
  uvec4 d = load_residual(at);
  Weights w = load_weights(i);
  uvec4 y = uvec4(0u);
  uvec4 h = uvec4(0u);
  bool sure = HARDWARE_FLOAT != 0;
#if HARDWARE_FLOAT
  [[unroll]] for (uint k = 0u; k < kPerVector; ++k) {
    uint v = element(x, k);
    if (kResidual != kResidualNone) {
      uint sum = add(v, element(d, k), sure);
      put(h, k, to_stored(sum));
      v = normalized_input(sum);
    }
    put(y, k, to_stored(weighted(v, r, weight_element(w, k), sure)));
  }
#endif
  if (!sure) {
    y = uvec4(0u);
    h = uvec4(0u);
    [[dont_unroll]] for (uint k = 0u; k < kPerVector; ++k) {
      uint v = element(x, k);
      if (kResidual != kResidualNone) {
        uint sum = add_in_integers(v, element(d, k));
        put(h, k, to_stored(sum));
        v = normalized_input(sum);
      }
      put(y, k, to_stored(weighted_in_integers(v, r, weight_element(w, k))));
    }
  }
  y_data[at] = y;
  if (kStoreSum != 0u) h_data[at] = h;
}

/// Element k of what is normalized, at vector `at`.
uint value_at(uint at, uint k) {
  uint v = element(x_data[at], k);
  if (kResidual == kResidualNone) return v;
  uint d = element(load_residual(at), k);
  bool sure = true;
  uint sum = input_value(v, d, sure);
  return sure ? sum : input_in_integers(v, d);
}

/// What is normalized, for all elements of a vector; `high` is used by the 16-bit formats.
struct Values {
  uvec4 low;
  uvec4 high;
};

Values stored_values(uvec4 vector) {
  Values v = Values(vector, uvec4(0u));
  if (kDType != kFloat32) {
    [[unroll]] for (uint k = 0u; k < 4u; ++k) {
      v.low[k] = element(vector, k);
      v.high[k] = element(vector, k + 4u);
    }
  }
  return v;
}

Values load_values(uint at) {
  Values v = stored_values(x_data[at]);
  if (kResidual == kResidualNone) return v;
  Values d = stored_values(load_residual(at));
  Values sums = v;
  bool sure = HARDWARE_FLOAT != 0;
#if HARDWARE_FLOAT
  [[unroll]] for (uint k = 0u; k < 4u; ++k) {
    sums.low[k] = input_value(v.low[k], d.low[k], sure);
    if (kDType != kFloat32) sums.high[k] = input_value(v.high[k], d.high[k], sure);
  }
#endif
  if (!sure) {
    [[dont_unroll]] for (uint k = 0u; k < 4u; ++k) {
      sums.low[k] = input_in_integers(v.low[k], d.low[k]);
      if (kDType != kFloat32) sums.high[k] = input_in_integers(v.high[k], d.high[k]);
    }
  }
  return sums;
}

uvec4 magnitudes_of(uvec4 v) { return v & uvec4(kMagnitude); }

uint largest_of(uvec4 v) { return max(max(v.x, v.y), max(v.z, v.w)); }
