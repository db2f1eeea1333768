// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ops/norms.hpp"

namespace samebits::ops {

/// Checks everything that a call may get wrong, once, before any device sees it. Throws Error
/// (invalid_argument).
void check(const NormDescription& description, const RmsNorm& norm);

}  // namespace samebits::ops
