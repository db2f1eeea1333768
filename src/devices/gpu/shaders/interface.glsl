// SPDX-License-Identifier: Apache-2.0
//
// What the host and every stage agree on: constants, buffers, parameters. Mirrored by
// parameters.hpp.
//
// Rows lie in device memory padded with zeros to whole vectors of 16 bytes, so that every load is
// one aligned 128-bit load of four 32-bit words, on any device, for 16-bit elements too. Elements
// travel as float32 encodings in uint, because a float variable may lose a subnormal, the sign of a
// zero or a NaN on the way through a device that does not promise to keep them.

const uint kFloat32 = 0u;
const uint kFloat16 = 1u;
const uint kBFloat16 = 2u;
layout(constant_id = 1) const uint kDType = 0u;

const uint kWeightNone = 0u;
const uint kWeightScale = 1u;
const uint kWeightCastFirst = 2u;
const uint kWeightOnePlus = 3u;
layout(constant_id = 2) const uint kWeight = 0u;
layout(constant_id = 3) const uint kWeightIsFloat32 = 1u;

const uint kResidualNone = 0u;
const uint kResidualRounded = 1u;
const uint kResidualUnrounded = 2u;
layout(constant_id = 4) const uint kResidual = 0u;
layout(constant_id = 5) const uint kStoreSum = 0u;

const uint kStandard = 0u;
const uint kChunked = 1u;
const uint kChunkedParallel = 2u;
const uint kAdaptive = 3u;
layout(constant_id = 6) const uint kMethod = 0u;

layout(local_size_x_id = 0) in;

layout(std430, set = 0, binding = 0) readonly buffer InputBuffer { uvec4 x_data[]; };
layout(std430, set = 0, binding = 1) readonly buffer ResidualBuffer { uvec4 residual_data[]; };
layout(std430, set = 0, binding = 2) readonly buffer WeightBuffer { uvec4 weight_data[]; };
layout(std430, set = 0, binding = 3) writeonly buffer OutputBuffer { uvec4 y_data[]; };
layout(std430, set = 0, binding = 4) writeonly buffer SumBuffer { uvec4 h_data[]; };
// Words 0 and 1 count rows (exact path, ambiguous), words 2 and 3 the elements written, low word
// first. Four words a row follow from kRowsAt on, then the exact sums and the partial sums of split
// rows.
layout(std430, set = 0, binding = 5) coherent buffer WorkBuffer { uint work[]; };

const uint kWrittenAt = 2u;
const uint kRowsAt = 4u;
const uint kRowWords = 4u;
const uint kPartialWords = 8u;
const uint kWideDigits = 24u;

const uint kForceExactPath = 1u;
const uint kDistrustSums = 2u;

#if METAL
// SPIRV-Cross would give push constants the number of a buffer.
layout(std430, set = 0, binding = 6) readonly buffer Parameters {
#else
layout(push_constant) uniform Parameters {
#endif
  uint threads;         // in a workgroup
  uint rows;            // that these buffers hold
  uint vectors;         // in a row of these buffers
  uint segment_vectors; // in a segment, but for the last
  uint row_base;        // of the first row, among all rows
  uint segment_base;    // of the first segment, among all of a row
  uint segments_total;  // in a row; for `chunked-parallel`, chunks
  uint row_columns;     // elements in a whole row
  uint columns;         // elements in a row of these buffers
  uint first_column;    // of these buffers, among all of a row
  uint chunk;           // columns in a chunk; width of a block for `adaptive`
  uint first_chunk;     // of this dispatch, among those of these buffers
  uint part_begin;      // what this dispatch adds up of a row, or of each chunk: see float_sums.glsl
  uint part_end;
  uint flags;
  uint slack;           // bound of the error of a sum, see sums.glsl
  uint zero_row;        // r of a row of zeros
  uint root_count;      // sqrt(n) is about uintBitsToFloat(root_count) * 2^root_count_exponent
  int root_count_exponent;
  uint eps_high;        // n eps is (eps_high, eps_low) * 2^eps_exponent rounded down, or 0
  uint eps_low;
  int eps_exponent;
  uint eps_words[5];    // n eps again, exact: digits of a wide sum from eps_digit on
  uint eps_digit;
  uint divisor;         // n; rounded to float32 for the float32 methods, as eps_float is
  uint eps_float;
  uint partials_at;     // in `work`: the sums of segments, or of chunks in the order they are done
  uint carry_at;        // in `work`: exact sums of rows, or what one dispatch leaves to the next
} p;

/// Dispatches are (segments, rows modulo 65535, rows over 65535): no device need take more.
uint row_index() { return gl_WorkGroupID.z * 65535u + gl_WorkGroupID.y; }

// ---- a row's words in `work` -------------------------------------------------------------------

// States of a row. Rows begin as ambiguous, which is 0.
const uint kAmbiguous = 0u;   // integers must decide
const uint kCertain = 1u;     // r stands
const uint kIncomplete = 2u;  // the device has lost part of the sum: nothing may be written

uint root_at(uint row) { return kRowsAt + kRowWords * (p.row_base + row); }
uint state_at(uint row) { return root_at(row) + 1u; }
/// How many elements took part in the sum.
uint summed_at(uint row) { return root_at(row) + 2u; }
/// How many elements took part in the exact sum; `chunked-parallel`: how many chunks are done.
uint arrived_at(uint row) { return root_at(row) + 3u; }

/// The elements in vectors [begin, end) of a row of these buffers, of which the last may be padded.
uint elements_in(uint begin, uint end, uint per_vector) {
  return min(end * per_vector, p.columns) - begin * per_vector;
}
