/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of the C interface that are compiled as C, for c_api_test.cpp to judge.
 */
#ifndef SAMEBITS_TESTS_API_C_API_TEST_H_
#define SAMEBITS_TESTS_API_C_API_TEST_H_

#include "samebits/samebits.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Dense float32 rows; weight, residual and h may be NULL, and so may where, and attributes, whose
 * eps and modes count. */
samebits_status c_norm_float32(int64_t rows, int64_t columns, const float* x, const float* weight,
                               const float* residual, float* y, float* h,
                               const samebits_rms_norm_args* attributes,
                               const samebits_where* where);

/* Dense rows of a 16-bit format. */
samebits_status c_norm_16bit(samebits_dtype dtype, int64_t rows, int64_t columns, const uint16_t* x,
                             const uint16_t* weight, uint16_t* y);

/* One valid row in which one enumerator, or one pointer, is what C allows and samebits does not. */
typedef enum c_mistake {
  C_BAD_DTYPE,
  C_BAD_WEIGHT_DTYPE,
  C_BAD_WEIGHT_MODE,
  C_BAD_RESIDUAL_MODE,
  C_NULL_ARGS,
  C_NULL_X,
  C_NULL_Y,
  C_BAD_DEVICE,
  C_BAD_THREADS,
  C_BAD_ARGS_SIZE,
  C_ZEROED_WHERE, /* but for its size, which is the value */
  C_BAD_EPS
} c_mistake;
/* Does it, or only asks whether it could be done. */
samebits_status c_norm_with_mistake(c_mistake mistake, int value, int only_ask);

#ifdef __cplusplus
}
#endif

#endif
