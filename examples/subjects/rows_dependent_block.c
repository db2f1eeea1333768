// SPDX-License-Identifier: Apache-2.0
//
// What a widely used inference server shipped under the name "batch-invariant": the width of a
// block follows from the number of rows. Every call repeats perfectly; a row's bits change when
// the batch around it grows past 256 rows.
#include "subject_parts.h"

const samebits_subject_description_t samebits_subject_description = {
    .version = SAMEBITS_SUBJECT_VERSION,
    .dtypes = SAMEBITS_SUBJECT_FLOAT32,
    .weight_modes = SAMEBITS_SUBJECT_SCALE,
    .varies = SUBJECT_VARIES,
    .name = "rows-dependent-block",
    .summary = "partial sums of a block whose width follows from the number of rows",
};

int samebits_subject_run(const samebits_subject_call_t* call) {
  const int64_t width = call->rows < 256 ? 1024 : 256;
  for (int64_t row = 0; row < call->rows; ++row) {
    const float* h = subject_row(call, row);
    float sum = 0.0f;
    for (int64_t begin = 0; begin < call->columns; begin += width) {
      const int64_t end = begin + width < call->columns ? begin + width : call->columns;
      float block = 0.0f;
      for (int64_t i = begin; i < end; ++i) block += h[i] * h[i];
      sum += block;
    }
    subject_finish_row(call, row, sum, h);
  }
  return 0;
}
