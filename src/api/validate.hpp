// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samebits/samebits.hpp"

namespace samebits::api {

/// Checks everything that a call may get wrong, once, before any backend sees it. Throws Error with
/// Status::invalid_argument and a message that names the operand and both shapes.
void validate(const Operands& operands, const Options& options);

}  // namespace samebits::api
