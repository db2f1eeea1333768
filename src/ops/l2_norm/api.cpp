// SPDX-License-Identifier: Apache-2.0
#include "samebits/l2_norm.hpp"

#include "ops/norms.hpp"

namespace samebits {
namespace {

RmsNorm operands_of(const L2Norm& norm) {
  return {.x = norm.x, .y = norm.y, .eps = norm.eps, .weight_mode = WeightMode::none};
}

}  // namespace

const ops::NormDescription ops::l2_norm{
    .name = "l2_norm",
    .title = "L2 normalization",
    .formula = "y = x / sqrt(sum(x^2) + eps)",
    .has_weight = false,
    .has_residual = false,
    .count = [](std::int64_t) { return std::int64_t{1}; },
};

void l2_norm(const L2Norm& norm, const Where& where) {
  ops::run(ops::l2_norm, operands_of(norm), ops::options_of(where));
}

Support supports(const L2Norm& norm, const Where& where) {
  return ops::supports(ops::l2_norm, operands_of(norm), ops::options_of(where));
}

}  // namespace samebits
