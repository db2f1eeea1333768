// SPDX-License-Identifier: Apache-2.0
//
// Every stage of every method; the build makes one module of each, see cmake/Shaders.cmake.
//
//   FUSED        `exact`, a workgroup a row, everything
//   SUM          `exact` with rows cut into segments, a workgroup a segment: sums of squares ...
//   DECIDE         ... r of each row, unless integers must decide ...
//   WIDE           ... then the exact sum of each segment ...
//   WIDE_DECIDE    ... r of such rows ...
//   SCALE          ... and y; for `chunked-parallel` too
//   FLOAT        `standard`, `chunked`, `adaptive`, a workgroup a row, everything
//   CHUNK_SUM    `chunked-parallel`, a thread a chunk of a row
//
// ARITHMETIC_DOUBLE   sums in double, else in integers (sums.glsl)
// HARDWARE_FLOAT      products and sums of float32 by the device where it promises the bits; else
//                     in integers only
// FLOAT_RTE           ask for rounding to nearest even by name (SPV_KHR_float_controls), as Vulkan
//                     leaves the direction open otherwise
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#if FLOAT_RTE
#extension GL_EXT_spirv_intrinsics : require
spirv_execution_mode(extensions = ["SPV_KHR_float_controls"], capabilities = [4467], 4462, 32);
#endif

#define STAGE_FUSED 0
#define STAGE_SUM 1
#define STAGE_DECIDE 2
#define STAGE_WIDE 3
#define STAGE_WIDE_DECIDE 4
#define STAGE_SCALE 5
#define STAGE_FLOAT 6
#define STAGE_CHUNK_SUM 7

#include "interface.glsl"
#include "bits.glsl"
#include "elements.glsl"
#if STAGE <= STAGE_WIDE_DECIDE
#include "sums.glsl"
#include "decide.glsl"
#include "wide.glsl"
#else
#include "float_sums.glsl"
#endif

// ---- rows and segments -------------------------------------------------------------------------

uint first_vector() { return gl_WorkGroupID.x * p.segment_vectors; }
uint last_vector() { return min(p.vectors - first_vector(), p.segment_vectors) + first_vector(); }

/// A row's two words: r, and whether it stands.
uint root_at(uint row) { return kRowsAt + 2u * (p.row_base + row); }

uint segment_number(uint row) {
  return (p.row_base + row) * p.segments_total + p.segment_base + gl_WorkGroupID.x;
}

void normalize_row(uint row_at, uint begin, uint end, uint r) {
  for (uint i = begin + gl_LocalInvocationID.x; i < end; i += p.threads) {
    normalize_vector(row_at + i, i, r);
  }
}

// ---- stages ------------------------------------------------------------------------------------

#if STAGE == STAGE_FUSED

shared uvec3 shared_root;  // r, its state, the row's largest magnitude

void run(uint row) {
  uint row_at = row * p.vectors;
  bool first = gl_LocalInvocationID.x == 0u;
  Sum s = sum_of_workgroup(sum_of_thread(row_at, 0u, p.vectors));
  if (first) {
    Root root = decide(s);
    shared_root = uvec3(root.bits, root.state, s.top);
    clear_wide();
  }
  barrier();
  if (shared_root.y == kAmbiguous) {
    add_row_to_wide(row_at, 0u, p.vectors, shared_root.z);
    if (first) shared_root.x = decide_in_integers(shared_root.x);
    barrier();
  }
  normalize_row(row_at, 0u, p.vectors, shared_root.x);
}

#elif STAGE == STAGE_SUM

void run(uint row) {
  Sum s = sum_of_workgroup(sum_of_thread(row * p.vectors, first_vector(), last_vector()));
  if (gl_LocalInvocationID.x != 0u) return;
  uint at = p.partials_at + segment_number(row) * kPartialWords;
  uvec4 words = packed(s);
  work[at] = s.top;
  for (uint i = 0u; i < 4u; ++i) work[at + 1u + i] = words[i];
}

#elif STAGE == STAGE_DECIDE

Sum partial_sum(uint at) {
  return unpacked(work[at], uvec4(work[at + 1u], work[at + 2u], work[at + 3u], work[at + 4u]));
}

void run(uint row) {
  uint at = p.partials_at + row * p.segments_total * kPartialWords;
  Sum s = no_elements();
  for (uint i = gl_LocalInvocationID.x; i < p.segments_total; i += p.threads) {
    merge(s, partial_sum(at + i * kPartialWords));
  }
  s = sum_of_workgroup(s);
  if (gl_LocalInvocationID.x != 0u) return;
  Root root = decide(s);
  work[root_at(row)] = root.bits;
  work[root_at(row) + 1u] = root.state;
}

#elif STAGE == STAGE_WIDE

void run(uint row) {
  if (work[root_at(row) + 1u] != kAmbiguous) return;
  if (gl_LocalInvocationID.x == 0u) clear_wide();
  add_row_to_wide(row * p.vectors, first_vector(), last_vector(), kInfinity - 1u);
  if (gl_LocalInvocationID.x != 0u) return;
  uint at = p.wide_at + segment_number(row) * kWideDigits;
  [[dont_unroll]] for (uint i = 0u; i < kWideDigits; ++i) work[at + i] = wide_digits[i];
}

#elif STAGE == STAGE_WIDE_DECIDE

void run(uint row) {
  if (gl_LocalInvocationID.x != 0u || work[root_at(row) + 1u] != kAmbiguous) return;
  clear_wide();
  uint at = p.wide_at + row * p.segments_total * kWideDigits;
  for (uint i = 0u; i < p.segments_total; ++i) {
    [[dont_unroll]] for (uint k = 0u; k < kDigits; ++k) {
      add_digit(k, work[at + i * kWideDigits + k]);
    }
  }
  work[root_at(row)] = decide_in_integers(work[root_at(row)]);
}

#elif STAGE == STAGE_SCALE

void run(uint row) {
  uint word = work[root_at(row)];
  uint r = kMethod == kChunkedParallel ? plain_root(uintBitsToFloat(word)) : word;
  normalize_row(row * p.vectors, first_vector(), last_vector(), r);
}

#elif STAGE == STAGE_FLOAT

void run(uint row) {
  uint row_at = row * p.vectors;
  normalize_row(row_at, 0u, p.vectors, float_root(row_at));
}

#elif STAGE == STAGE_CHUNK_SUM

/// Adds to a row's sum when this chunk is done, in whatever order chunks are: here is the race that
/// the method is about.
void add_to_row(uint row, float sum) {
  uint old = work[root_at(row)];
  for (;;) {
    uint wanted = floatBitsToUint(add_floats(uintBitsToFloat(old), sum));
    uint found = atomicCompSwap(work[root_at(row)], old, wanted);
    if (found == old) return;
    old = found;
  }
}

/// Dispatches are (chunks, ...) with a thread a row.
void run(uint group) {
  uint row = group * p.threads + gl_LocalInvocationID.x;
  if (row >= p.rows) return;
  uint begin = (p.first_chunk + gl_WorkGroupID.x) * p.chunk;
  uint end = min(p.columns - begin, p.chunk) + begin;
  float sum = 0.0;
  for (uint i = begin; i < end; ++i) {
    uint at = row * p.vectors + i / kPerVector;
    sum = add_floats(sum, square_float(value_float(at, i % kPerVector)));
  }
  add_to_row(row, sum);
}

#endif

void main() {
#if STAGE == STAGE_CHUNK_SUM
  run(row_index());
#else
  if (row_index() < p.rows) run(row_index());
#endif
}
