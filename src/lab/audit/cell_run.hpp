// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "lab/audit/audit.hpp"
#include "lab/audit/plan.hpp"

namespace samebits::lab::audit {

/// Called for whatever a subject does wrong; `where` is the label of the variation. Returns false
/// if the subject is not to be called any more.
using OnMisbehaviour = std::function<bool(const Misbehaviour&, std::string_view where)>;

/// Varies one axis of a subject and fills the cell. Errors other than Misbehaviour leave the cell
/// not varied, with the error as the reason.
void run_cell(Subject& subject, const Material& material, const PlanInput& input, Cell& cell,
              const OnMisbehaviour& on_misbehaviour);

/// Varies `axes` all at once, at random, `trials` times and at least for `seconds`.
void run_together(Subject& subject, const Material& material, const PlanInput& input,
                  const std::vector<Axis>& axes, double seconds, Cell& cell,
                  const OnMisbehaviour& on_misbehaviour);

}  // namespace samebits::lab::audit
