// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/cell_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "lab/audit/disturbance.hpp"
#include "lab/audit/execute.hpp"
#include "lab/audit/tally.hpp"

namespace samebits::lab::audit {
namespace {

class CellRun {
 public:
  CellRun(Subject& subject, const Material& material, Cell& cell,
          const OnMisbehaviour& on_misbehaviour)
      : subject_(subject),
        material_(material),
        cell_(cell),
        tally_(cell),
        on_misbehaviour_(on_misbehaviour) {}

  /// False: the subject is out.
  bool set_base(const Configuration& base) {
    reference_.reset();
    return attempt("base", [&] { reference_.emplace(base, execute(subject_, material_, base)); });
  }
  bool has_base() const { return reference_.has_value(); }

  /// A race that has shown is a race; a few trials more tell how often.
  bool seen_enough() const {
    constexpr std::int64_t kAfterwards = 20;
    return cell_.axis == Axis::repeat && cell_.first_moved > 0 &&
           cell_.variations >= cell_.first_moved + kAfterwards;
  }

  bool vary(const Variation& variation) {
    if (variation.configuration.under_load != (disturbance_ != nullptr)) {
      disturbance_.reset();
      if (variation.configuration.under_load) disturbance_ = std::make_unique<Disturbance>();
    }
    return attempt(variation.label, [&] {
      const Answer answer = execute(subject_, material_, variation.configuration);
      const bool first = !cell_.example;
      if (tally_.add(*reference_, variation, answer) && first) check_for_race();
      note_state(variation, answer);
    });
  }

  void finish() {
    disturbance_.reset();
    tally_.finish();
    // What crashed gave no bits to compare, and may not pass for the same ones.
    if (misbehaved_ && cell_.verdict == CellVerdict::invariant) {
      cell_.verdict = CellVerdict::not_varied;
    }
  }

 private:
  template <class Work>
  bool attempt(std::string_view where, const Work& work) {
    try {
      work();
      return true;
    } catch (const Misbehaviour& misbehaviour) {
      misbehaved_ = true;
      if (cell_.reason.empty()) cell_.reason = cell_.reason_zh = misbehaviour.what();
      return on_misbehaviour_(misbehaviour, where);
    }
  }

  /// If the base moves when it is merely repeated, the axis is not to blame. Under load, because a
  /// race that is rare on a quiet machine would be put down to the axis.
  void check_for_race() {
    constexpr int kTries = 20;
    if (cell_.axis == Axis::repeat) {
      cell_.races = true;
      return;
    }
    if (!disturbance_) disturbance_ = std::make_unique<Disturbance>();
    for (int i = 0; i < kTries && !cell_.races; ++i) {
      bool in_h = false;
      const Answer again = execute(subject_, material_, reference_->base());
      cell_.races = first_moved_row(*reference_, reference_->base(), again, &in_h) >= 0;
    }
  }

  void note_state(const Variation& variation, const Answer& answer) {
    const FloatState expected = normalized(variation.configuration.environment);
    if (answer.environment_after == expected || !cell_.state_left.empty()) return;
    cell_.state_left =
        fmt::format("{} -> {}", describe(expected), describe(answer.environment_after));
    if (!cell_.example) {
      cell_.example = Example{
          .base = reference_->base(), .varied = variation.configuration, .label = variation.label};
    }
  }

  Subject& subject_;
  const Material& material_;
  Cell& cell_;
  Tally tally_;
  const OnMisbehaviour& on_misbehaviour_;
  std::optional<Reference> reference_;
  std::unique_ptr<Disturbance> disturbance_;
  bool misbehaved_ = false;
};

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
    cell.reason = cell.reason_zh = error.what();
  }
}

}  // namespace

void run_cell(Subject& subject, const Material& material, const PlanInput& input, Cell& cell,
              const OnMisbehaviour& on_misbehaviour) {
  const Plan plan = audit::plan(cell.axis, input);
  if (plan.groups.empty()) {
    cell.reason = plan.not_varied.in(Language::en);
    cell.reason_zh = plan.not_varied.in(Language::zh);
    return;
  }
  CellRun run(subject, material, cell, on_misbehaviour);
  guarded(cell, [&] { run_groups(plan, run); });
  if (cell.axis == Axis::environment && !subject.load_effect().empty()) {
    cell.state_left = subject.load_effect();
  }
  run.finish();
}

void run_together(Subject& subject, const Material& material, const PlanInput& input,
                  const std::vector<Axis>& axes, double seconds, Cell& cell,
                  const OnMisbehaviour& on_misbehaviour) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  // With and without a residual are different functions, each with a base of its own.
  CellRun run(subject, material, cell, on_misbehaviour);
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
