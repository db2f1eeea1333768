// SPDX-License-Identifier: Apache-2.0
//
// A subject that is invariant on every axis but the one that it is told to break.
#pragma once

#include <memory>
#include <optional>

#include "lab/audit/audit.hpp"

namespace samebits::test {

/// Breaks nothing if `broken` is empty.
std::unique_ptr<lab::audit::Subject> make_synthetic(std::optional<lab::audit::Axis> broken);

}  // namespace samebits::test
