// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "lab/audit/audit.hpp"
#include "lab/audit/counts.hpp"
#include "lab/audit/disturbance.hpp"
#include "lab/audit/plan.hpp"
#include "lab/audit/witness.hpp"

namespace samebits::lab::audit {

/// Called for whatever a subject does wrong; `where` is the label of the variation. Returns false
/// if the subject is not to be called any more.
using OnMisbehaviour = std::function<bool(const Misbehaviour&, std::string_view where)>;

/// Makes the calls of one cell, compares them, and fills the cell in.
class CellRun {
 public:
  CellRun(Witness& witness, Cell& cell, const OnMisbehaviour& on_misbehaviour);

  /// What the variations that follow are compared with. False: the subject is not to be called any
  /// more.
  bool set_base(const Configuration& base);
  bool has_base() const { return reference_.has_value(); }
  const Answer& base_answer() const { return reference_->answer(); }

  /// False as above.
  bool vary(const Variation& variation);
  /// What the last variation gave; nothing if the subject misbehaved.
  const std::optional<Answer>& answer() const { return answer_; }

  /// The subject has contradicted itself often enough to tell how often it does.
  bool seen_enough() const;
  /// The subject gave other bits for calls that were merely repeated.
  bool contradicted() const { return witness_.contradictions() > contradictions_before_; }
  const Cell& cell() const { return cell_; }
  void add_switch(const Switch& found) { cell_.switches.push_back(found); }

  /// Verdict and counts.
  void finish();

 private:
  template <class Work>
  bool attempt(std::string_view where, const Work& work);
  void check_for_race();
  void note_state(const Variation& variation, const Answer& answer);

  Witness& witness_;
  Cell& cell_;
  Counts counts_;
  const OnMisbehaviour& on_misbehaviour_;
  std::int64_t contradictions_before_;
  std::optional<Reference> reference_;
  std::optional<Answer> answer_;
  std::unique_ptr<Disturbance> disturbance_;
  bool misbehaved_ = false;
};

/// Refutes a cell with what a witness saw twice and otherwise.
void refute(Cell& cell, const Contradiction& contradiction);

}  // namespace samebits::lab::audit
