// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/audit/audit.hpp"
#include "lab/audit/witness.hpp"

namespace samebits::lab::audit {

/// A quick look: a few calls of all rows, beside copies of the same data. `samebits compare`
/// measures with care.
Speed measure_speed(Witness& witness);

}  // namespace samebits::lab::audit
