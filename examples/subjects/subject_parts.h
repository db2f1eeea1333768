// SPDX-License-Identifier: Apache-2.0
//
// What the example subjects share: everything but the sum of squares, which is what they differ in.
#ifndef SAMEBITS_EXAMPLES_SUBJECT_PARTS_H_
#define SAMEBITS_EXAMPLES_SUBJECT_PARTS_H_

#include <math.h>

#include <samebits/subject.h>

#define SUBJECT_VARIES                                                                 \
  (SAMEBITS_SUBJECT_STRIDES | SAMEBITS_SUBJECT_ALIGNMENT | SAMEBITS_SUBJECT_IN_PLACE | \
   SAMEBITS_SUBJECT_RESIDUAL)

// y = (x + residual) * r * w for one row whose sum of squares is known. With a residual, the sum
// has been stored in residual_output already.
static inline void subject_finish_row(const samebits_subject_call_t* call, int64_t row, float sum,
                                      const float* h) {
  const float r = 1.0f / sqrtf(sum / (float)call->columns + (float)call->eps);
  const float* weight = (const float*)call->weight;
  float* y = (float*)call->y + row * call->y_stride;
  for (int64_t i = 0; i < call->columns; ++i) y[i] = h[i] * r * weight[i];
}

// The row that is to be normalized: x, or x + residual, which is left in residual_output.
static inline const float* subject_row(const samebits_subject_call_t* call, int64_t row) {
  const float* x = (const float*)call->x + row * call->x_stride;
  if (call->residual == 0) return x;
  const float* d = (const float*)call->residual + row * call->residual_stride;
  float* h = (float*)call->residual_output + row * call->residual_output_stride;
  for (int64_t i = 0; i < call->columns; ++i) h[i] = x[i] + d[i];
  return h;
}

#endif  // SAMEBITS_EXAMPLES_SUBJECT_PARTS_H_
