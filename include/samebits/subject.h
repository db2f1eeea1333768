// SPDX-License-Identifier: Apache-2.0
//
// Your RMSNorm as the subject of `samebits audit --plugin YOURS.so`. A shared library exports two
// symbols: the constant `samebits_subject_description` and the function `samebits_subject_run`.
//
//   cc -O2 -shared -fPIC $(pkg-config --cflags samebits) yours.c -lm -o yours.so
//
// docs/audit.md of the source tree has a whole subject and tells how to read what comes out.
#ifndef SAMEBITS_SUBJECT_H_
#define SAMEBITS_SUBJECT_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SAMEBITS_SUBJECT_VERSION 1u  // of this file

// Bits of `dtypes`; `dtype` of a call is one of them.
#define SAMEBITS_SUBJECT_FLOAT32 1u
#define SAMEBITS_SUBJECT_FLOAT16 2u
#define SAMEBITS_SUBJECT_BFLOAT16 4u

// Bits of `weight_modes` (C5 of contract/CONTRACT.md); `weight_mode` of a call is one of them.
#define SAMEBITS_SUBJECT_NONE 1u        // y = x r; the weight is NULL
#define SAMEBITS_SUBJECT_SCALE 2u       // y = x r w
#define SAMEBITS_SUBJECT_CAST_FIRST 4u  // y = round(x r) w
#define SAMEBITS_SUBJECT_ONE_PLUS 8u    // y = x r (1 + w)

// Bits of `varies`: what a call may ask for. The audit asks for nothing else, and reports the axis
// as "not varied".
#define SAMEBITS_SUBJECT_THREADS 1u    // `threads` is honoured
#define SAMEBITS_SUBJECT_CHUNK 2u      // `chunk` is honoured
#define SAMEBITS_SUBJECT_STRIDES 4u    // row strides may exceed `columns`
#define SAMEBITS_SUBJECT_ALIGNMENT 8u  // pointers may have any alignment that suits the dtype
#define SAMEBITS_SUBJECT_IN_PLACE 16u  // y may be x, residual_output may be residual
#define SAMEBITS_SUBJECT_RESIDUAL 32u  // x + residual is normalized, and written if asked for

typedef struct {
  uint32_t version;          // SAMEBITS_SUBJECT_VERSION; always the first field
  uint32_t dtypes;           // SAMEBITS_SUBJECT_FLOAT32 | ...
  uint32_t weight_modes;     // SAMEBITS_SUBJECT_SCALE | ...
  uint32_t varies;           // SAMEBITS_SUBJECT_THREADS | ...
  const char* name;          // "my-rmsnorm": letters, digits, - and _
  const char* summary;       // one sentence for the report
  const char* simd_targets;  // "avx512 avx2 scalar": what `simd` may name, best first; NULL: none
} samebits_subject_description_t;

// Element j of row i is at index i * stride + j; strides count elements. Matrices are rows x
// columns of `dtype`, and so is the weight: `columns` elements.
typedef struct {
  int64_t rows, columns;
  uint32_t dtype, weight_mode;
  const void* x;
  int64_t x_stride;
  const void* weight;    // NULL: none
  const void* residual;  // NULL: none
  int64_t residual_stride;
  void* y;
  int64_t y_stride;
  void* residual_output;  // NULL: none; else receives round(x + residual), which is normalized
  int64_t residual_output_stride;
  double eps;
  int32_t threads;   // 0: as you like
  int64_t chunk;     // columns a chunk; 0: as you like
  const char* simd;  // one of `simd_targets`; NULL: as you like
} samebits_subject_call_t;

#if defined(__GNUC__)
#define SAMEBITS_SUBJECT_EXPORT __attribute__((visibility("default")))
#else
#define SAMEBITS_SUBJECT_EXPORT
#endif

SAMEBITS_SUBJECT_EXPORT extern const samebits_subject_description_t samebits_subject_description;

// Returns 0, or any other number for a failure. It runs in a process of its own: what it prints is
// dropped, and inputs are write-protected. There is one call at a time, some from new threads and
// some in new processes, of up to 65536 rows, or as many as the audit's shape has.
SAMEBITS_SUBJECT_EXPORT int samebits_subject_run(const samebits_subject_call_t* call);

#ifdef __cplusplus
}
#endif

#endif  // SAMEBITS_SUBJECT_H_
