// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <vector>

#include "lab/audit/audit.hpp"
#include "lab/audit/execute.hpp"
#include "lab/audit/plan.hpp"
#include "lab/digest.hpp"

namespace samebits::lab::audit {

/// The bits of each row in a base configuration.
class Reference {
 public:
  Reference(Configuration base, Answer answer);

  const Configuration& base() const { return base_; }
  const Answer& answer() const { return answer_; }
  /// Where a row of the inputs stands in the answer; -1: nowhere.
  std::int64_t place(std::int64_t row) const;

 private:
  Configuration base_;
  Answer answer_;
  std::map<std::int64_t, std::int64_t> places_;
};

/// Fills in the first row of `answer`, which is that of `counterexample.varied`, that has other
/// bits than in `reference`, and how it came out. False: there is none.
bool note_moved_row(Counterexample& counterexample, const Reference& reference,
                    const Answer& answer);

/// Counts what moved over all variations of a cell.
class Counts {
 public:
  explicit Counts(Cell& cell) : cell_(cell) {}

  /// True if a bit moved.
  bool add(const Reference& reference, const Variation& variation, const Answer& answer);
  void finish();

 private:
  bool compare(const Reference& reference, const Configuration& c, const io::Array& got,
               const io::Array& expected);

  Cell& cell_;
  std::map<std::int64_t, std::set<Digest>> outputs_;  ///< of rows that moved
};

}  // namespace samebits::lab::audit
