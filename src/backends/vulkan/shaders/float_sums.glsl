// SPDX-License-Identifier: Apache-2.0
//
// The methods that samebits is compared with, as they are usually written: all in float32.

float value_float(uint at, uint k) { return uintBitsToFloat(value_at(at, k)); }

float square_float(float v) { return multiply_floats(v, v); }

/// r as a plain kernel computes it.
uint plain_root(float sum) {
  float mean = sum / uintBitsToFloat(p.count_float);
  return floatBitsToUint(inversesqrt(add_floats(mean, uintBitsToFloat(p.eps_float))));
}

#if STAGE == STAGE_FLOAT

shared float lanes[4096];

float squares_of(uvec4 v) {
  vec4 f = uintBitsToFloat(v);
  float pair = add_floats(square_float(f.x), square_float(f.y));
  return add_floats(pair, add_floats(square_float(f.z), square_float(f.w)));
}

/// Halves the lanes until one is left.
float sum_of_lanes(uint width) {
  for (uint half_width = width >> 1; half_width > 0u; half_width >>= 1) {
    barrier();
    for (uint i = gl_LocalInvocationID.x; i < half_width; i += p.threads) {
      lanes[i] = add_floats(lanes[i], lanes[i + half_width]);
    }
  }
  barrier();
  return lanes[0];
}

/// Every thread its vectors, then a tree over the threads.
float standard_sum(uint row_at) {
  float sum = 0.0;
  for (uint i = gl_LocalInvocationID.x; i < p.vectors; i += p.threads) {
    Values v = load_values(row_at + i);
    sum = add_floats(sum, squares_of(v.low));
    if (kDType != kFloat32) sum = add_floats(sum, squares_of(v.high));
  }
  lanes[gl_LocalInvocationID.x] = sum;
  return sum_of_lanes(p.threads);
}

float chunk_sum(uint row_at, uint begin, uint end) {
  float sum = 0.0;
  for (uint i = begin; i < end; ++i) {
    sum = add_floats(sum, square_float(value_float(row_at + i / kPerVector, i % kPerVector)));
  }
  return sum;
}

/// A chunk a thread; thread 0 adds the chunks in the order of their columns.
float chunked_sum(uint row_at) {
  uint chunks = (p.columns - 1u) / p.chunk + 1u;
  float sum = 0.0;
  for (uint first = 0u; first < chunks; first += p.threads) {
    uint mine = first + gl_LocalInvocationID.x;
    if (mine < chunks) {
      uint begin = mine * p.chunk;
      uint end = min(p.columns - begin, p.chunk) + begin;
      lanes[gl_LocalInvocationID.x] = chunk_sum(row_at, begin, end);
    }
    barrier();
    if (gl_LocalInvocationID.x == 0u) {
      for (uint i = 0u; i < min(p.threads, chunks - first); ++i) sum = add_floats(sum, lanes[i]);
    }
    barrier();
  }
  if (gl_LocalInvocationID.x == 0u) lanes[0] = sum;
  barrier();
  return lanes[0];
}

/// A block of p.chunk lanes, whatever the number of threads; then a tree over the lanes.
float block_sum(uint row_at) {
  for (uint lane = gl_LocalInvocationID.x; lane < p.chunk; lane += p.threads) {
    float sum = 0.0;
    for (uint i = lane; i < p.columns; i += p.chunk) {
      sum = add_floats(sum, square_float(value_float(row_at + i / kPerVector, i % kPerVector)));
    }
    lanes[lane] = sum;
  }
  return sum_of_lanes(p.chunk);
}

uint float_root(uint row_at) {
  if (kMethod == kChunked) return plain_root(chunked_sum(row_at));
  if (kMethod == kAdaptive) return plain_root(block_sum(row_at));
  return plain_root(standard_sum(row_at));
}

#endif
