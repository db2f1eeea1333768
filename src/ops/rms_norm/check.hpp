// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samebits/rms_norm.hpp"

namespace samebits::rms_norm_op {

/// Checks everything that a call may get wrong, once, before any device sees it. Throws Error
/// (invalid_argument).
void check(const RmsNorm& norm);

}  // namespace samebits::rms_norm_op
