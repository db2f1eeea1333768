/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/api/c_api_test.h"

#include <string.h>

samebits_status c_norm_float32(int64_t rows, int64_t columns, const float* x, const float* weight,
                               const float* residual, float* y, float* h,
                               const samebits_options* options) {
  samebits_operands operands = {
      .size = sizeof(operands),
      .dtype = SAMEBITS_FLOAT32,
      .rows = rows,
      .columns = columns,
      .x = x,
      .x_row_stride = columns,
      .weight = weight,
      .weight_dtype = SAMEBITS_FLOAT32,
      .residual = residual,
      .residual_row_stride = columns,
      .y = y,
      .y_row_stride = columns,
      .residual_output = h,
      .residual_output_row_stride = columns,
  };
  return samebits_rms_norm(&operands, options);
}

samebits_status c_norm_16bit(samebits_dtype dtype, int64_t rows, int64_t columns, const uint16_t* x,
                             const uint16_t* weight, uint16_t* y) {
  samebits_operands operands = {
      .size = sizeof(operands),
      .dtype = dtype,
      .rows = rows,
      .columns = columns,
      .x = x,
      .x_row_stride = columns,
      .weight = weight,
      .weight_dtype = dtype,
      .y = y,
      .y_row_stride = columns,
  };
  return samebits_rms_norm(&operands, NULL);
}

samebits_status c_norm_with_mistake(c_mistake mistake, int value) {
  static const float x[4] = {1.0f, 2.0f, 3.0f, 4.0f};
  float y[4] = {0.0f};
  samebits_options options = samebits_default_options();
  samebits_operands operands;
  memset(&operands, 0, sizeof(operands));
  operands.size = sizeof(operands);
  operands.rows = 1;
  operands.columns = 4;
  operands.x = operands.weight = operands.residual = x;
  operands.x_row_stride = operands.residual_row_stride = operands.y_row_stride = 4;
  operands.y = y;
  switch (mistake) {
    case C_BAD_DTYPE:
      operands.dtype = (samebits_dtype)value;
      break;
    case C_BAD_WEIGHT_DTYPE:
      operands.weight_dtype = (samebits_dtype)value;
      break;
    case C_BAD_WEIGHT_MODE:
      options.weight_mode = (samebits_weight_mode)value;
      break;
    case C_BAD_RESIDUAL_MODE:
      options.residual_mode = (samebits_residual_mode)value;
      break;
    case C_BAD_METHOD:
      options.method = (samebits_method)value;
      break;
    case C_NULL_OPERANDS:
      return samebits_rms_norm(NULL, &options);
    case C_NULL_X:
      operands.x = NULL;
      break;
    case C_NULL_Y:
      operands.y = NULL;
      break;
    case C_BAD_DEVICE:
      options.device = "gpu";
      break;
    case C_BAD_SIMD:
      options.simd = "MMX";
      break;
    case C_BAD_OPERANDS_SIZE:
      operands.size = (size_t)value;
      break;
    case C_ZEROED_OPTIONS:
      memset(&options, 0, sizeof(options));
      options.size = (size_t)value;
      break;
    case C_BAD_EPS:
      options.eps = -1.0;
      break;
  }
  return samebits_rms_norm(&operands, &options);
}
