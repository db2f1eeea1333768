// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/audit/audit.hpp"

namespace samebits::lab::audit {

/// A quick look: a few calls of all rows, beside copies of the same data. `samebits compare`
/// measures with care.
Speed measure_speed(Subject& subject, const Material& material);

}  // namespace samebits::lab::audit
