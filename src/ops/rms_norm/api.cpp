// SPDX-License-Identifier: Apache-2.0
#include "ops/norms.hpp"

namespace samebits {

const ops::NormDescription ops::rms_norm{
    .name = "rms_norm",
    .title = "RMSNorm",
    .formula = "y = x / sqrt(mean(x^2) + eps) * weight",
    .has_weight = true,
    .has_residual = true,
    .count = [](std::int64_t columns) { return columns; },
};

void rms_norm(const RmsNorm& norm, const Where& where) {
  ops::run(ops::rms_norm, norm, ops::options_of(where));
}

Support supports(const RmsNorm& norm, const Where& where) {
  return ops::supports(ops::rms_norm, norm, ops::options_of(where));
}

void baselines::rms_norm(const RmsNorm& norm, const Baseline& baseline, const Where& where) {
  testing::Options options = ops::options_of(where);
  options.method = baseline.method;
  options.chunk = baseline.chunk;
  options.adaptive_rows = baseline.adaptive_rows;
  options.adaptive_wide = baseline.adaptive_wide;
  options.adaptive_narrow = baseline.adaptive_narrow;
  ops::run(ops::rms_norm, norm, options);
}

}  // namespace samebits
