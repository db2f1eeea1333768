// SPDX-License-Identifier: Apache-2.0
//
// The plain loop again, compiled with -O3 -ffast-math for AVX2: the compiler may now add in any
// order it likes, and takes eight lanes. Loading the library also switches flush-to-zero on for the
// whole process, because the linker adds start-up code that does (crtfastmath.o).
#include "subject_parts.h"

const samebits_subject_description_t samebits_subject_description = {
    .version = SAMEBITS_SUBJECT_VERSION,
    .dtypes = SAMEBITS_SUBJECT_FLOAT32,
    .weight_modes = SAMEBITS_SUBJECT_SCALE,
    .varies = SUBJECT_VARIES,
    .name = "fast-math",
    .summary = "the plain C loop, compiled with -O3 -ffast-math",
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
