// SPDX-License-Identifier: Apache-2.0
//
// Every stage of every method; the build makes one module of each, see cmake/Shaders.cmake.
//
//   FUSED        `exact`, a workgroup a row, everything
//   SUM          `exact` with rows cut into segments, a workgroup a segment: sums of squares ...
//   DECIDE         ... r of each row, unless integers must decide ...
//   WIDE           ... then the exact sum of each segment ...
//   WIDE_DECIDE    ... r of such rows ...
//   SCALE          ... and y; so for the methods below where the row is long
//   FLOAT        `standard`, `chunked`, `adaptive`, a workgroup a row, everything
//   CHUNK_SUM    `chunked-parallel`, a thread a chunk of a row: its sum
//   FLOAT_SUM    the other three with long rows, a workgroup a row: the sum of a part, and after the
//                last one r; `chunked-parallel`: the same for the sums of chunks
//
// No loop over a row may depend on the row's length alone: the host cuts rows so that no invocation
// comes near the number of iterations after which some drivers end loops (plan.hpp).
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
#define STAGE_FLOAT_SUM 8

#include "interface.glsl"
#include "bits.glsl"
#include "elements.glsl"
#include "counts.glsl"
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

uint segment_number(uint row) {
  return (p.row_base + row) * p.segments_total + p.segment_base + gl_WorkGroupID.x;
}

/// Writes every p.threads-th vector of [begin, end) of a row from this thread's on; how many elements
/// those are.
uint normalize_row(uint row_at, uint begin, uint end, uint r) {
  uint first = begin + gl_LocalInvocationID.x;
  uint i = first;
  for (; i < end; i += p.threads) normalize_vector(row_at + i, i, r);
  uint elements = (i - first) / p.threads * kPerVector;
  bool wrote_last = i - p.threads == end - 1u;
  return wrote_last ? elements - (end * kPerVector - min(end * kPerVector, p.columns)) : elements;
}

// ---- stages ------------------------------------------------------------------------------------

#if STAGE == STAGE_FUSED

shared uvec3 shared_root;  // r, its state, the row's largest magnitude

void run(uint row) {
  uint row_at = row * p.vectors;
  bool first = gl_LocalInvocationID.x == 0u;
  Sum s = sum_of_workgroup(sum_of_thread(row_at, 0u, p.vectors));
  if (first) {
    Root root = Root(0u, kIncomplete);
    if (s.count == p.threads) root = decide(s);
    shared_root = uvec3(root.bits, root.state, s.top);
    clear_wide();
  }
  barrier();
  if (shared_root.y == kAmbiguous) {
    bool complete = add_row_to_wide(row_at, 0u, p.vectors, shared_root.z);
    if (first) {
      Root root = Root(0u, kIncomplete);
      if (complete) root = decide_in_integers(shared_root.x);
      shared_root.xy = uvec2(root.bits, root.state);
    }
    barrier();
  }
  if (shared_root.y != kCertain) return;
  add_written(normalize_row(row_at, 0u, p.vectors, shared_root.x));
}

#elif STAGE == STAGE_SUM

void run(uint row) {
  uint begin = first_vector();
  uint end = last_vector();
  Sum s = sum_of_workgroup(sum_of_thread(row * p.vectors, begin, end));
  if (gl_LocalInvocationID.x != 0u) return;
  uint at = p.partials_at + segment_number(row) * kPartialWords;
  uvec4 words = packed(s);
  work[at] = s.top;
  work[at + 1u] = s.count == p.threads ? elements_in(begin, end, kPerVector) : 0u;
  for (uint i = 0u; i < 4u; ++i) work[at + 2u + i] = words[i];
}

#elif STAGE == STAGE_DECIDE

Sum partial_sum(uint at) {
  return unpacked(work[at], work[at + 1u],
                  uvec4(work[at + 2u], work[at + 3u], work[at + 4u], work[at + 5u]));
}

void run(uint row) {
  uint at = p.partials_at + row * p.segments_total * kPartialWords;
  Sum s = no_elements();
  for (uint i = gl_LocalInvocationID.x; i < p.segments_total; i += p.threads) {
    merge(s, partial_sum(at + i * kPartialWords));
  }
  s = sum_of_workgroup(s);
  if (gl_LocalInvocationID.x != 0u) return;
  Root root = Root(0u, kIncomplete);
  if (s.count == p.row_columns) root = decide(s);
  work[root_at(row)] = root.bits;
  work[state_at(row)] = root.state;
}

#elif STAGE == STAGE_WIDE

/// The digits of a row, and behind them as many carries: how often digit k ran over. Segments add
/// theirs in any order, which integers allow.
void run(uint row) {
  if (work[state_at(row)] != kAmbiguous) return;
  uint begin = first_vector();
  uint end = last_vector();
  if (gl_LocalInvocationID.x == 0u) clear_wide();
  bool complete = add_row_to_wide(row * p.vectors, begin, end, kInfinity - 1u);
  if (gl_LocalInvocationID.x != 0u || !complete) return;
  uint at = p.carry_at + (p.row_base + row) * 2u * kWideDigits;
  [[dont_unroll]] for (uint k = 0u; k < kDigits; ++k) {
    uint before = atomicAdd(work[at + k], wide_digits[k]);
    if (before + wide_digits[k] < before) atomicAdd(work[at + kWideDigits + k], 1u);
  }
  atomicAdd(work[arrived_at(row)], elements_in(begin, end, kPerVector));
}

#elif STAGE == STAGE_WIDE_DECIDE

void run(uint row) {
  if (gl_LocalInvocationID.x != 0u || work[state_at(row)] != kAmbiguous) return;
  Root root = Root(0u, kIncomplete);
  if (work[arrived_at(row)] == p.row_columns) {
    clear_wide();
    uint at = p.carry_at + row * 2u * kWideDigits;
    [[dont_unroll]] for (uint k = 0u; k < kDigits; ++k) {
      add_digit(k, work[at + k]);
      add_digit(k + 1u, work[at + kWideDigits + k]);
    }
    root = decide_in_integers(work[root_at(row)]);
  }
  work[root_at(row)] = root.bits;
  work[state_at(row)] = root.state;
}

#elif STAGE == STAGE_SCALE

void run(uint row) {
  if (work[state_at(row)] != kCertain) return;
  uint r = work[root_at(row)];
  add_written(normalize_row(row * p.vectors, first_vector(), last_vector(), r));
}

#elif STAGE == STAGE_FLOAT

void run(uint row) {
  share_count(add_part(row, 0u, p.row_columns));
  uint r = plain_root(sum_of_row());
  uint complete = sum_of_shared_counts();
  uint written = normalize_row(row * p.vectors, 0u, p.vectors, r);
  // Thread 0 has at least one element, so that none of its own tells of a sum with a part missing.
  if (gl_LocalInvocationID.x == 0u && complete != loops_of_part(0u, p.row_columns)) written = 0u;
  add_written(written);
}

#elif STAGE == STAGE_CHUNK_SUM

/// A thread a row, dispatched as (chunks, ...). Adds elements [p.part_begin, p.part_end) of a chunk
/// to what was left open, and files the sum of a complete chunk behind those of the row that were
/// done before it, whichever those are: here is the race that the method is about.
void run(uint group) {
  uint row = group * p.threads + gl_LocalInvocationID.x;
  uint chunk = p.first_chunk + gl_WorkGroupID.x;
  uint begin = chunk * p.chunk;
  uint length = min(p.columns - begin, p.chunk);
  if (row >= p.rows || p.part_begin >= length) return;
  uint row_number = (p.row_base + row) * p.segments_total;
  uint open_at = p.carry_at + 2u * (row_number + p.segment_base + chunk);
  float sum = 0.0;
  uint added = 0u;
  if (p.part_begin != 0u) {
    sum = uintBitsToFloat(work[open_at]);
    added = work[open_at + 1u];
  }
  uint row_at = row * p.vectors;
  uint i = begin + p.part_begin;
  uint end = begin + min(length, p.part_end);
  for (; i < end; ++i) sum = add_floats(sum, square_at(row_at, i));
  added += i - begin - p.part_begin;
  if (end - begin < length) {
    work[open_at] = floatBitsToUint(sum);
    work[open_at + 1u] = added;
  } else if (added == length) {
    uint place = atomicAdd(work[arrived_at(row)], 1u);
    work[p.partials_at + row_number + place] = floatBitsToUint(sum);
  }
}

#elif STAGE == STAGE_FLOAT_SUM

/// What the parts of a row go through: its columns, or for `chunked-parallel` its chunks.
uint length_of_row() { return kMethod == kChunkedParallel ? p.segments_total : p.row_columns; }

bool is_complete(uint row) {
  bool arrived = kMethod != kChunkedParallel || work[arrived_at(row)] == p.segments_total;
  return arrived && work[summed_at(row)] == length_of_row();
}

void run(uint row) {
  if (p.part_begin == 0u) {
    clear_lanes();
  } else {
    load_lanes(row);
  }
  uint complete = count_of_workgroup(add_part(row, p.part_begin, p.part_end));
  bool first = gl_LocalInvocationID.x == 0u;
  if (first && complete == loops_of_part(p.part_begin, p.part_end)) {
    work[summed_at(row)] += p.part_end - p.part_begin;
  }
  if (p.part_end < length_of_row()) {
    store_lanes(row);
    return;
  }
  uint r = plain_root(sum_of_row());
  if (!first) return;
  work[root_at(row)] = r;
  work[state_at(row)] = is_complete(row) ? kCertain : kIncomplete;
}

#endif

void main() {
#if STAGE == STAGE_CHUNK_SUM
  run(row_index());
#else
  if (row_index() < p.rows) run(row_index());
#endif
}
