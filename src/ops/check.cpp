// SPDX-License-Identifier: Apache-2.0
#include "ops/check.hpp"

#include "core/check.hpp"

namespace samebits::ops {
namespace {

using core::SameView;

void check_overlap(const RmsNorm& o) {
  core::check_output_apart("y", o.y, "x", o.x, SameView::allowed);
  core::check_output_apart("y", o.y, "residual", o.residual, SameView::allowed);
  core::check_output_apart("y", o.y, "weight", core::as_matrix(o.weight), SameView::refused);
  const ConstMatrix h = o.residual_output;
  if (h.data == nullptr) return;
  core::check_output_apart("residual_output", h, "y", o.y, SameView::refused);
  core::check_output_apart("residual_output", h, "x", o.x, SameView::allowed);
  core::check_output_apart("residual_output", h, "residual", o.residual, SameView::allowed);
  core::check_output_apart("residual_output", h, "weight", core::as_matrix(o.weight),
                           SameView::refused);
}

}  // namespace

void check(const NormDescription& description, const RmsNorm& o) {
  if (!description.has_weight && o.weight.data != nullptr) {
    core::refuse("a weight is given; {} has none", description.name);
  }
  if (!description.has_residual && o.residual.data != nullptr) {
    core::refuse("a residual is given; {} has none", description.name);
  }
  core::check_matrix("x", o.x);
  core::check_like_x("y", o.y, o.x);
  if (o.weight.data != nullptr) core::check_weight(o.weight, o.x);
  if (o.residual.data != nullptr) core::check_like_x("residual", o.residual, o.x);
  if (o.residual_output.data != nullptr) {
    if (o.residual.data == nullptr && o.x.rows > 0) {
      core::refuse("residual_output is given without a residual");
    }
    core::check_like_x("residual_output", o.residual_output, o.x);
  }
  if (o.x.rows > 0) check_overlap(o);
  core::check_enumerator("weight mode", o.weight_mode, WeightMode::one_plus);
  core::check_enumerator("residual mode", o.residual_mode, ResidualMode::unrounded);
  core::check_eps(o.eps);
}

}  // namespace samebits::ops
