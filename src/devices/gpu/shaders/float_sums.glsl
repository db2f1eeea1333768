// SPDX-License-Identifier: Apache-2.0
//
// The methods that samebits is compared with, as they are usually written: all in float32, each
// with an order of summation of its own. A row too long for the loops of one dispatch is added up
// part after part, [p.part_begin, p.part_end) in columns of the row; what is still open then waits
// in `work`, so that the parts cannot change the order.

float value_float(uint at, uint k) { return uintBitsToFloat(value_at(at, k)); }

float square_float(float v) { return multiply_floats(v, v); }

/// The square of column i of those in these buffers, where the row lies at row_at.
float square_at(uint row_at, uint i) {
  return square_float(value_float(row_at + i / kPerVector, i % kPerVector));
}

/// r as a plain kernel computes it.
uint plain_root(float sum) {
  float mean = sum / uintBitsToFloat(p.divisor);
  return floatBitsToUint(inversesqrt(add_floats(mean, uintBitsToFloat(p.eps_float))));
}

#if STAGE == STAGE_FLOAT || STAGE == STAGE_FLOAT_SUM

// A sum a thread, or a lane of the block. Parts of a row hand them on, and so they do with the sum
// of all complete chunks, which thread 0 then keeps behind the others, in lanes[p.threads].
shared float lanes[4096];

/// What the parts before have left in a lane.
float left_in(uint lane) {
#if STAGE == STAGE_FLOAT
  return 0.0;
#else
  return lanes[lane];
#endif
}

#if STAGE == STAGE_FLOAT_SUM

uint lanes_in_use() {
  if (kMethod == kChunkedParallel) return 1u;
  if (kMethod == kAdaptive) return p.chunk;
  return kMethod == kStandard ? p.threads : p.threads + 1u;
}

void clear_lanes() {
  for (uint i = gl_LocalInvocationID.x; i < lanes_in_use(); i += p.threads) lanes[i] = 0.0;
  barrier();
}

void load_lanes(uint row) {
  uint at = p.carry_at + (p.row_base + row) * lanes_in_use();
  for (uint i = gl_LocalInvocationID.x; i < lanes_in_use(); i += p.threads) {
    lanes[i] = uintBitsToFloat(work[at + i]);
  }
  barrier();
}

void store_lanes(uint row) {
  uint at = p.carry_at + (p.row_base + row) * lanes_in_use();
  for (uint i = gl_LocalInvocationID.x; i < lanes_in_use(); i += p.threads) {
    work[at + i] = floatBitsToUint(lanes[i]);
  }
}

#endif

/// Halves the lanes until one is left.
float sum_of_lanes(uint width) {
  for (uint half_width = width >> 1; half_width > 0u; half_width >>= 1) {
    for (uint i = gl_LocalInvocationID.x; i < half_width; i += p.threads) {
      lanes[i] = add_floats(lanes[i], lanes[i + half_width]);
    }
    barrier();
  }
  return lanes[0];
}

float squares_of(uvec4 v) {
  vec4 f = uintBitsToFloat(v);
  float pair = add_floats(square_float(f.x), square_float(f.y));
  return add_floats(pair, add_floats(square_float(f.z), square_float(f.w)));
}

// Each of these adds [begin, end) to the lanes, and counts the loops that came to their ends.

/// Every thread its vectors, then a tree over the threads. `begin` lies between two vectors.
uint add_standard(uint row_at, uint begin, uint end) {
  uint thread = gl_LocalInvocationID.x;
  uint first = begin / kPerVector;
  float sum = left_in(thread);
  uint i = first + ((thread - first) & (p.threads - 1u));
  for (; i * kPerVector < end; i += p.threads) {
    Values v = load_values(row_at + i - p.first_column / kPerVector);
    sum = add_floats(sum, squares_of(v.low));
    if (kDType != kFloat32) sum = add_floats(sum, squares_of(v.high));
  }
  lanes[thread] = sum;
  return i * kPerVector < end ? 0u : 1u;
}

/// Thread 0 adds the first lanes, of chunks that are complete, to `sum` in their order.
void add_lanes_in_order(inout float sum, uint count) {
  if (gl_LocalInvocationID.x != 0u) return;
  for (uint i = 0u; i < count; ++i) {
    sum = add_floats(sum, lanes[i]);
#if STAGE == STAGE_FLOAT_SUM
    lanes[i] = 0.0;  // for the next chunk
#endif
  }
}

uint chunks_in_row() { return (p.row_columns - 1u) / p.chunk + 1u; }

/// A chunk a thread; the chunks are added in the order of their columns, when as many as there are
/// threads are complete.
uint add_chunks(uint row_at, uint begin, uint end) {
  uint chunks = chunks_in_row();
  uint thread = gl_LocalInvocationID.x;
  uint complete = 0u;
  float total = left_in(p.threads);
  for (uint first = begin / p.chunk / p.threads * p.threads;
       first < chunks && first * p.chunk < end; first += p.threads) {
    uint mine = first + thread;
    if (mine < chunks) {
      uint chunk_begin = mine * p.chunk;
      uint chunk_end = min(p.row_columns - chunk_begin, p.chunk) + chunk_begin;
      uint i = max(chunk_begin, begin) - p.first_column;
      uint to = clamp(chunk_end, begin, end) - p.first_column;
      complete += i < to ? 1u : 0u;
      float sum = left_in(thread);
      for (; i < to; ++i) sum = add_floats(sum, square_at(row_at, i));
      complete -= i < to ? 1u : 0u;
      lanes[thread] = sum;
    }
    barrier();
    uint next = min(chunks - first, p.threads) + first;
    if (min(next * p.chunk, p.row_columns) <= end) add_lanes_in_order(total, next - first);
    barrier();
  }
  if (thread == 0u) lanes[p.threads] = total;
  return complete;
}

/// A block of p.chunk lanes, whatever the number of threads; then a tree over the lanes.
uint add_block(uint row_at, uint begin, uint end) {
  uint to = end - p.first_column;
  uint complete = 0u;
  for (uint lane = gl_LocalInvocationID.x; lane < p.chunk; lane += p.threads) {
    float sum = left_in(lane);
    uint i = begin + ((lane - begin) & (p.chunk - 1u)) - p.first_column;
    for (; i < to; i += p.chunk) sum = add_floats(sum, square_at(row_at, i));
    lanes[lane] = sum;
    complete += i < to ? 0u : 1u;
  }
  return complete;
}

/// `chunked-parallel`: the sums of chunks [begin, end), in the order in which they were done.
uint add_arrivals(uint row, uint begin, uint end) {
  if (gl_LocalInvocationID.x != 0u) return 0u;
  uint at = p.partials_at + (p.row_base + row) * p.segments_total;
  float sum = left_in(0u);
  uint i = begin;
  for (; i < end; ++i) sum = add_floats(sum, uintBitsToFloat(work[at + i]));
  lanes[0] = sum;
  return i < end ? 0u : 1u;
}

uint add_part(uint row, uint begin, uint end) {
  uint row_at = row * p.vectors;
  if (kMethod == kChunked) return add_chunks(row_at, begin, end);
  if (kMethod == kChunkedParallel) return add_arrivals(row, begin, end);
  if (kMethod == kAdaptive) return add_block(row_at, begin, end);
  return add_standard(row_at, begin, end);
}

/// What add_part counts in a workgroup where nothing is lost.
uint loops_of_part(uint begin, uint end) {
  if (kMethod == kChunked) return (end - 1u) / p.chunk - begin / p.chunk + 1u;
  if (kMethod == kChunkedParallel) return 1u;
  return kMethod == kAdaptive ? p.chunk : p.threads;
}

/// Of a row that is complete. Waits for all threads of the workgroup.
float sum_of_row() {
  barrier();
  if (kMethod == kStandard) return sum_of_lanes(p.threads);
  if (kMethod == kAdaptive) return sum_of_lanes(p.chunk);
  return lanes[kMethod == kChunked ? p.threads : 0u];
}

#endif
