// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/run_axis.hpp"

#include <fmt/format.h>

#include <chrono>

#include "lab/audit/batch_walk.hpp"

namespace samebits::lab::audit {
namespace {

void run_groups(const Plan& plan, CellRun& run) {
  for (const Group& group : plan.groups) {
    if (!run.set_base(group.base)) return;
    if (!run.has_base()) continue;
    for (const Variation& variation : group.variations) {
      if (run.seen_enough()) return;
      if (!run.vary(variation)) return;
    }
  }
}

/// What the library's own methods throw: a device that refuses or fails.
template <class Work>
void guarded(Cell& cell, const Work& work) {
  try {
    work();
  } catch (const Misbehaviour&) {
    throw;
  } catch (const Error& error) {
    cell.reason = error.what();
  }
}

}  // namespace

void run_cell(Witness& witness, const PlanInput& input, Cell& cell,
              const OnMisbehaviour& on_misbehaviour) {
  CellRun run(witness, cell, on_misbehaviour);
  if (cell.axis == Axis::batch) {
    guarded(cell, [&] { walk_batches(run, input); });
  } else {
    const Plan plan = audit::plan(cell.axis, input);
    if (plan.groups.empty()) {
      cell.reason = plan.not_varied;
      return;
    }
    guarded(cell, [&] { run_groups(plan, run); });
  }
  if (cell.axis == Axis::environment && !witness.subject().load_effect().empty()) {
    cell.state_left = witness.subject().load_effect();
  }
  run.finish();
}

void run_together(Witness& witness, const PlanInput& input, const std::vector<Axis>& axes,
                  double seconds, Cell& cell, const OnMisbehaviour& on_misbehaviour) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  // With and without a residual are different functions, each with a base of its own.
  CellRun run(witness, cell, on_misbehaviour);
  guarded(cell, [&] {
    for (const bool fused : {false, true}) {
      if (fused && !input.capabilities.residual) break;
      Random random(input.seed + (fused ? 1 : 0));
      if (!run.set_base(plain_configuration(input, fused))) return;
      if (!run.has_base()) continue;
      const double until = fused || !input.capabilities.residual ? seconds : seconds / 2;
      for (int i = 1; i <= input.trials || elapsed() < until; ++i) {
        const Variation variation{fmt::format("trial {}{}", i, fused ? ", residual" : ""),
                                  random_configuration(axes, input, fused, random)};
        if (!run.vary(variation)) return;
      }
    }
  });
  run.finish();
}

}  // namespace samebits::lab::audit
