// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "lab/audit/cell_run.hpp"

namespace samebits::lab::audit {

/// Varies the axis of a cell and fills the cell in. Errors other than Misbehaviour leave it not
/// varied, with the error as the reason.
void run_cell(Witness& witness, const PlanInput& input, Cell& cell,
              const OnMisbehaviour& on_misbehaviour);

/// Varies `axes` all at once, at random, `trials` times and at least for `seconds`.
void run_together(Witness& witness, const PlanInput& input, const std::vector<Axis>& axes,
                  double seconds, Cell& cell, const OnMisbehaviour& on_misbehaviour);

}  // namespace samebits::lab::audit
