/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/api/c_api_test.h"

#include <string.h>

samebits_status c_norm_float32(int64_t rows, int64_t columns, const float* x, const float* weight,
                               const float* residual, float* y, float* h,
                               const samebits_rms_norm_args* attributes,
                               const samebits_where* where) {
  samebits_rms_norm_args args = attributes != NULL ? *attributes : samebits_rms_norm_init();
  args.dtype = SAMEBITS_FLOAT32;
  args.rows = rows;
  args.columns = columns;
  args.x = x;
  args.weight = weight;
  args.weight_dtype = SAMEBITS_FLOAT32;
  args.residual = residual;
  args.y = y;
  args.residual_output = h;
  args.x_row_stride = args.residual_row_stride = columns;
  args.y_row_stride = args.residual_output_row_stride = columns;
  return samebits_rms_norm(&args, where);
}

samebits_status c_norm_16bit(samebits_dtype dtype, int64_t rows, int64_t columns, const uint16_t* x,
                             const uint16_t* weight, uint16_t* y) {
  samebits_rms_norm_args args = samebits_rms_norm_init();
  args.dtype = args.weight_dtype = dtype;
  args.rows = rows;
  args.columns = columns;
  args.x = x;
  args.weight = weight;
  args.y = y;
  args.x_row_stride = args.y_row_stride = columns;
  return samebits_rms_norm(&args, NULL);
}

samebits_status c_norm_with_mistake(c_mistake mistake, int value, int only_ask) {
  static const float x[4] = {1.0f, 2.0f, 3.0f, 4.0f};
  float y[4] = {0.0f};
  samebits_where where = samebits_where_init();
  samebits_rms_norm_args args = samebits_rms_norm_init();
  args.rows = 1;
  args.columns = 4;
  args.x = args.weight = args.residual = x;
  args.x_row_stride = args.residual_row_stride = args.y_row_stride = 4;
  args.y = y;
  switch (mistake) {
    case C_BAD_DTYPE:
      args.dtype = (samebits_dtype)value;
      break;
    case C_BAD_WEIGHT_DTYPE:
      args.weight_dtype = (samebits_dtype)value;
      break;
    case C_BAD_WEIGHT_MODE:
      args.weight_mode = (samebits_weight_mode)value;
      break;
    case C_BAD_RESIDUAL_MODE:
      args.residual_mode = (samebits_residual_mode)value;
      break;
    case C_NULL_ARGS:
      return only_ask ? samebits_rms_norm_supports(NULL, &where) : samebits_rms_norm(NULL, &where);
    case C_NULL_X:
      args.x = NULL;
      break;
    case C_NULL_Y:
      args.y = NULL;
      break;
    case C_BAD_DEVICE:
      where.device = "gpu";
      break;
    case C_BAD_THREADS:
      where.threads = value;
      break;
    case C_BAD_ARGS_SIZE:
      args.size = (size_t)value;
      break;
    case C_ZEROED_WHERE:
      memset(&where, 0, sizeof(where));
      where.size = (size_t)value;
      break;
    case C_BAD_EPS:
      args.eps = -1.0;
      break;
  }
  return only_ask ? samebits_rms_norm_supports(&args, &where) : samebits_rms_norm(&args, &where);
}
