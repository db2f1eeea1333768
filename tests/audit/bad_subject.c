// SPDX-License-Identifier: Apache-2.0
//
// Subjects that crash, hang, write out of bounds or fail; one library for each value of BAD.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <samebits/subject.h>

#define CRASH 1
#define HANG 2
#define PAST_END 3
#define BETWEEN_ROWS 4
#define WRITES_INPUT 5
#define WRONG_VERSION 6
#define ERROR_STATUS 7
#define EXITS 8
#define BEFORE_START 9
#define HANGS_ON_LOAD 10
#define EXITS_ON_LOAD 11
#define OPEN_FILES 12
#define SENDS_NOISE 13
#define SENDS_ODD_REPLY 14
#define SENDS_FAULT 15
#define CLOSES_SOCKET 16

// As in src/lab/audit/plugin_wire.hpp; a library could guess it.
#define SOCKET 3

const samebits_subject_description_t samebits_subject_description = {
    .version = BAD == WRONG_VERSION ? 99 : SAMEBITS_SUBJECT_VERSION,
    .dtypes = SAMEBITS_SUBJECT_FLOAT32,
    .weight_modes = SAMEBITS_SUBJECT_SCALE,
    .varies = SAMEBITS_SUBJECT_STRIDES,
    .name = BAD_NAME,
    .summary = "misbehaves in calls of seven rows",
};

#if BAD == HANGS_ON_LOAD
__attribute__((constructor)) static void hang(void) {
  for (;;) sleep(1);
}
#endif

#if BAD == EXITS_ON_LOAD
__attribute__((constructor)) static void leave(void) {
  _exit(5);
}
#endif

static void tell(const void* bytes, size_t count) {
  if (write(SOCKET, bytes, count) < 0) _exit(6);
}

/// What the host itself would send after a call: one that took thirty years, one that broke off.
static const struct {
  uint64_t size;
  uint32_t status, no_thread, environment, padding;
  double seconds;
  uint64_t fault_offset;
} kOddReply = {.size = 32, .seconds = 1e9, .fault_offset = UINT64_MAX},
  kFault = {.size = 32, .fault_offset = 0};

/// Beside the first three, which lead nowhere, and the socket.
static int open_files(void) {
  int count = 0;
  for (int fd = SOCKET + 1; fd < 1024; ++fd) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static void misbehave(const samebits_subject_call_t* call) {
  volatile float* y = (volatile float*)call->y;
  if (BAD == CRASH) abort();
  if (BAD == HANG) {
    for (;;) sleep(1);
  }
  if (BAD == PAST_END) y[(call->rows - 1) * call->y_stride + call->columns] = 1.0f;
  if (BAD == BETWEEN_ROWS && call->y_stride > call->columns) y[call->columns] = 1.0f;
  if (BAD == WRITES_INPUT) ((volatile float*)call->x)[0] = 1.0f;
  if (BAD == EXITS) exit(3);
  if (BAD == BEFORE_START) y[-1] = 1.0f;
  if (BAD == SENDS_NOISE) tell("a plugin that does not know what it writes to", 46);
  if (BAD == SENDS_ODD_REPLY) tell(&kOddReply, sizeof(kOddReply));
  if (BAD == SENDS_FAULT) tell(&kFault, sizeof(kFault));
  if (BAD == CLOSES_SOCKET) {
    close(SOCKET);
    for (;;) sleep(1);
  }
}

int samebits_subject_run(const samebits_subject_call_t* call) {
  for (int64_t row = 0; row < call->rows; ++row) {
    const float* x = (const float*)call->x + row * call->x_stride;
    float* y = (float*)call->y + row * call->y_stride;
    for (int64_t i = 0; i < call->columns; ++i) y[i] = 2.0f * x[i];
  }
  // Nothing at first: the audit must find it, and go on after it.
  if (call->rows == 7 || (BAD == BETWEEN_ROWS)) misbehave(call);
  if (BAD == OPEN_FILES) return open_files();
  return BAD == ERROR_STATUS && call->rows == 7 ? 42 : 0;
}
