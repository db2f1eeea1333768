// SPDX-License-Identifier: Apache-2.0
//
// The loop that everyone writes first: one accumulator, in the order of the columns. It depends on
// that order, and on the rounding mode that it finds; on nothing else.
#include "subject_parts.h"

const samebits_subject_description_t samebits_subject_description = {
    .version = SAMEBITS_SUBJECT_VERSION,
    .dtypes = SAMEBITS_SUBJECT_FLOAT32,
    .weight_modes = SAMEBITS_SUBJECT_SCALE,
    .varies = SUBJECT_VARIES,
    .name = "plain-loop",
    .summary = "a plain C loop with one float accumulator",
};

int samebits_subject_run(const samebits_subject_call_t* call) {
  for (int64_t row = 0; row < call->rows; ++row) {
    const float* h = subject_row(call, row);
    float sum = 0.0f;
    for (int64_t i = 0; i < call->columns; ++i) sum += h[i] * h[i];
    subject_finish_row(call, row, sum, h);
  }
  return 0;
}
