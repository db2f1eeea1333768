/* SPDX-License-Identifier: Apache-2.0
 *
 * samebits in C. The same functions as samebits.hpp: see there, and contract/CONTRACT.md, for what
 * is computed. Nothing here throws, prints or aborts; every call returns a status, and
 * samebits_last_error() has one line about the last failure on the calling thread.
 *
 *   samebits_rms_norm_args args = samebits_rms_norm_init();
 *   args.rows = 2, args.columns = 4;
 *   args.x = x, args.x_row_stride = 4;
 *   args.y = y, args.y_row_stride = 4;
 *   if (samebits_rms_norm(&args, NULL) != SAMEBITS_OK) puts(samebits_last_error());
 */
#ifndef SAMEBITS_SAMEBITS_H_
#define SAMEBITS_SAMEBITS_H_

#include <stddef.h>
#include <stdint.h>

#include "samebits/export.h"
#include "samebits/version.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum samebits_status {
  SAMEBITS_OK = 0,
  SAMEBITS_INVALID_ARGUMENT = 1, /* shapes, dtypes, eps, overlap, options */
  SAMEBITS_UNKNOWN_DEVICE = 2,
  SAMEBITS_NOT_BUILT = 3,   /* the backend is known but was left out of this build */
  SAMEBITS_NO_DEVICE = 4,   /* the backend is built but finds no device */
  SAMEBITS_UNSUPPORTED = 5, /* this device cannot run that method, dtype or option */
  SAMEBITS_OUT_OF_MEMORY = 6,
  SAMEBITS_DEVICE_FAILED = 7,
  SAMEBITS_INTERNAL = 8
} samebits_status;

typedef enum samebits_dtype {
  SAMEBITS_FLOAT32 = 0,
  SAMEBITS_FLOAT16 = 1,
  SAMEBITS_BFLOAT16 = 2
} samebits_dtype;

/* How the weight enters; see samebits::WeightMode. Here and below 0 is what the contract promises,
 * so that a struct filled with zeros cannot ask for anything less. */
typedef enum samebits_weight_mode {
  SAMEBITS_WEIGHT_SCALE = 0,
  SAMEBITS_WEIGHT_NONE = 1,
  SAMEBITS_WEIGHT_CAST_FIRST = 2,
  SAMEBITS_WEIGHT_ONE_PLUS = 3
} samebits_weight_mode;

/* What is normalized when there is a residual; see samebits::ResidualMode. */
typedef enum samebits_residual_mode {
  SAMEBITS_RESIDUAL_ROUNDED = 0,
  SAMEBITS_RESIDUAL_UNROUNDED = 1
} samebits_residual_mode;

/* One norm; start from samebits_rms_norm_init(). x, residual, y and residual_output are rows x
 * columns of `dtype`; each row_stride counts elements from one row to the next. weight has
 * `columns` elements of weight_dtype, which is `dtype` or SAMEBITS_FLOAT32. weight, residual and
 * residual_output may be NULL. In place is allowed as in C++: the same view, or apart. */
typedef struct samebits_rms_norm_args {
  size_t size; /* as samebits_rms_norm_init() sets it; anything unknown, 0 among it, is refused */
  samebits_dtype dtype;
  int64_t rows;
  int64_t columns;
  const void* x;
  int64_t x_row_stride;
  const void* weight;
  samebits_dtype weight_dtype;
  const void* residual;
  int64_t residual_row_stride;
  void* y;
  int64_t y_row_stride;
  void* residual_output;
  int64_t residual_output_row_stride;
  double eps; /* 0 or in [2^-100, 2^100]; 1e-6 unless it is set */
  samebits_weight_mode weight_mode;
  samebits_residual_mode residual_mode;
} samebits_rms_norm_args;

/* Where a call runs; start from samebits_where_init(). Nothing of it moves a bit of the result. */
typedef struct samebits_where {
  size_t size;        /* as samebits_where_init() sets it; anything unknown is refused */
  const char* device; /* "cpu", "vulkan:0", ...; NULL: "cpu" */
  int threads;        /* on the CPU, at most; 0: one for each core */
} samebits_where;

SAMEBITS_API samebits_rms_norm_args samebits_rms_norm_init(void);
SAMEBITS_API samebits_where samebits_where_init(void);

/* y = x * r * weight, r = 1 / sqrt(mean(x^2) + eps), for each row, with the roundings of
 * contract/CONTRACT.md. where may be NULL: on the CPU. Thread-safe. */
SAMEBITS_API samebits_status samebits_rms_norm(const samebits_rms_norm_args* args,
                                               const samebits_where* where);

/* What samebits_rms_norm() would return, as far as that can be told without doing it. */
SAMEBITS_API samebits_status samebits_rms_norm_supports(const samebits_rms_norm_args* args,
                                                        const samebits_where* where);

/* One line about the last call on this thread that did not return SAMEBITS_OK; never NULL. */
SAMEBITS_API const char* samebits_last_error(void);

/* "0.2.0", and the version of the contract, "rms-1". */
SAMEBITS_API const char* samebits_version(void);
SAMEBITS_API const char* samebits_contract_version(void);

#ifdef __cplusplus
}
#endif

#endif
