// SPDX-License-Identifier: Apache-2.0
#include "devices/gpu/constants.hpp"

namespace samebits::gpu {
namespace {

std::uint32_t dtype_constant(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return 0;
    case DType::float16:
      return 1;
    case DType::bfloat16:
      return 2;
  }
  return 0;
}

std::uint32_t weight_constant(const RmsNorm& norm) {
  if (norm.weight.data == nullptr) return 0;
  switch (norm.weight_mode) {
    case WeightMode::none:
      return 0;
    case WeightMode::scale:
      return 1;
    case WeightMode::cast_first:
      return 2;
    case WeightMode::one_plus:
      return 3;
  }
  return 0;
}

std::uint32_t residual_constant(const RmsNorm& norm) {
  if (norm.residual.data == nullptr) return 0;
  return norm.residual_mode == ResidualMode::rounded ? 1 : 2;
}

std::uint32_t method_constant(Method method) {
  switch (method) {
    case Method::chunked:
      return 1;
    case Method::chunked_parallel:
      return 2;
    case Method::adaptive:
      return 3;
    default:
      return 0;
  }
}

}  // namespace

bool sums_squares(Stage stage) {
  return stage == Stage::fused || stage == Stage::sum || stage == Stage::decide;
}

ShaderConstants::ShaderConstants(const Plan& plan, const core::Call& call)
    : values_{plan.common.threads,
              dtype_constant(call.norm.x.dtype),
              weight_constant(call.norm),
              call.norm.weight.dtype == DType::float32 ? 1u : 0u,
              residual_constant(call.norm),
              call.norm.residual_output.data != nullptr ? 1u : 0u,
              method_constant(call.options.method)} {
  if (values_[2] == 0) values_[3] = 0;
}

ConstantValues ShaderConstants::of(Stage stage) const {
  ConstantValues values = values_;
  const bool scales = stage == Stage::fused || stage == Stage::scale || stage == Stage::in_float;
  const bool reads_rows = stage != Stage::decide && stage != Stage::wide_decide;
  if (!scales) values[2] = values[3] = values[5] = 0;
  if (!reads_rows) values[1] = values[4] = 0;
  return values;
}

}  // namespace samebits::gpu
