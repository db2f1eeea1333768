// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/cell_run.hpp"

#include <fmt/format.h>

namespace samebits::lab::audit {

CellRun::CellRun(Witness& witness, Cell& cell, const OnMisbehaviour& on_misbehaviour)
    : witness_(witness),
      cell_(cell),
      counts_(cell),
      on_misbehaviour_(on_misbehaviour),
      contradictions_before_(witness.contradictions()) {}

bool CellRun::set_base(const Configuration& base) {
  reference_.reset();
  return attempt("base", [&] { reference_.emplace(base, witness_.execute(base)); });
}

bool CellRun::seen_enough() const {
  constexpr std::int64_t kAfterwards = 20;
  return cell_.axis == Axis::repeat && cell_.first_moved > 0 &&
         cell_.variations >= cell_.first_moved + kAfterwards;
}

bool CellRun::vary(const Variation& variation) {
  if (variation.configuration.under_load != (disturbance_ != nullptr)) {
    disturbance_.reset();
    if (variation.configuration.under_load) disturbance_ = std::make_unique<Disturbance>();
  }
  answer_.reset();
  return attempt(variation.label, [&] {
    answer_ = witness_.execute(variation.configuration);
    const bool first = !cell_.counterexample;
    if (counts_.add(*reference_, variation, *answer_) && first) check_for_race();
    note_state(variation, *answer_);
  });
}

void CellRun::finish() {
  disturbance_.reset();
  counts_.finish();
  // What crashed gave no bits to compare, and may not pass for the same ones.
  if (misbehaved_ && cell_.verdict == CellVerdict::invariant) {
    cell_.verdict = CellVerdict::not_varied;
  }
  if (contradicted()) refute(cell_, *witness_.contradiction());
}

template <class Work>
bool CellRun::attempt(std::string_view where, const Work& work) {
  try {
    work();
    return true;
  } catch (const Misbehaviour& misbehaviour) {
    misbehaved_ = true;
    if (cell_.reason.empty()) cell_.reason = misbehaviour.what();
    return on_misbehaviour_(misbehaviour, where);
  }
}

/// If the base moves when it is merely repeated, the axis is not to blame. Under load, because a
/// race that is rare on a quiet machine would be put down to the axis.
void CellRun::check_for_race() {
  constexpr int kTries = 20;
  if (cell_.axis == Axis::repeat) return;  // it does nothing else
  if (!disturbance_) disturbance_ = std::make_unique<Disturbance>();
  for (int i = 0; i < kTries && !contradicted(); ++i) {
    witness_.execute(reference_->base());
  }
}

void CellRun::note_state(const Variation& variation, const Answer& answer) {
  const FloatState expected = normalized(variation.configuration.environment);
  if (answer.environment_after == expected || !cell_.state_left.empty()) return;
  cell_.state_left =
      fmt::format("{} -> {}", describe(expected), describe(answer.environment_after));
  if (!cell_.counterexample) {
    cell_.counterexample = Counterexample{
        .base = reference_->base(), .varied = variation.configuration, .label = variation.label};
  }
}

void refute(Cell& cell, const Contradiction& found) {
  cell.verdict = CellVerdict::refuted;
  cell.races = true;
  if (cell.counterexample && cell.counterexample->row >= 0) return;
  cell.contradicted = true;
  cell.counterexample = Counterexample{.base = found.configuration,
                                       .varied = found.configuration,
                                       .label = "again",
                                       .row = found.row,
                                       .in_h = found.in_h,
                                       .base_output = found.earlier,
                                       .varied_output = found.later};
}

}  // namespace samebits::lab::audit
