// SPDX-License-Identifier: Apache-2.0
//
// Subjects that give some of their calls other bits: one library for each pair of CHANGES and
// LIMIT, a number of calls or rows.
#include <unistd.h>

#include <samebits/subject.h>

#define FIRST_CALLS 1   // the first LIMIT calls of a process
#define LATE_CALLS 2    // every call after the first LIMIT of a process
#define EACH_THREAD 3   // the first LIMIT calls of each thread
#define EACH_PROCESS 4  // every process has bits of its own
#define ROWS 5          // calls of LIMIT rows and more

const samebits_subject_description_t samebits_subject_description = {
    .version = SAMEBITS_SUBJECT_VERSION,
    .dtypes = SAMEBITS_SUBJECT_FLOAT32,
    .weight_modes = SAMEBITS_SUBJECT_SCALE,
    .varies = 0,
    .name = SUBJECT_NAME,
    .summary = "gives some of its calls other bits",
};

static int is_other(const samebits_subject_call_t* call) {
  static int64_t calls;
  static _Thread_local int64_t calls_of_thread;
  ++calls;
  ++calls_of_thread;
  switch (CHANGES) {
    case FIRST_CALLS:
      return calls <= LIMIT;
    case LATE_CALLS:
      return calls > LIMIT;
    case EACH_THREAD:
      return calls_of_thread <= LIMIT && calls > LIMIT;  // not in the thread of the first call
    case EACH_PROCESS:
      return 1 + (int)(getpid() % 997);
    case ROWS:
      return call->rows >= LIMIT;
  }
  return 0;
}

int samebits_subject_run(const samebits_subject_call_t* call) {
  const float extra = 0.001f * (float)is_other(call);
  const float* weight = (const float*)call->weight;
  for (int64_t row = 0; row < call->rows; ++row) {
    const float* x = (const float*)call->x + row * call->x_stride;
    float* y = (float*)call->y + row * call->y_stride;
    for (int64_t i = 0; i < call->columns; ++i) y[i] = (2.0f + extra) * x[i] * weight[i];
  }
  return 0;
}
