// SPDX-License-Identifier: Apache-2.0
//
// From "among these 2048 rows something moved" to the few rows that a person can look at.
#include <algorithm>
#include <utility>
#include <vector>

#include "lab/audit/counts.hpp"
#include "lab/audit/disturbance.hpp"
#include "lab/audit/evidence.hpp"

namespace samebits::lab::audit {
namespace {

/// The call that holds the row, as a configuration of its own.
Configuration only_call_with(const Configuration& c, std::int64_t row) {
  std::size_t first = 0;
  for (const std::int64_t count : c.calls) {
    const auto begin = c.rows.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    if (std::find(begin, end, row) != end) {
      Configuration one = c;
      one.rows.assign(begin, end);
      one.calls = {count};
      return one;
    }
    first += static_cast<std::size_t>(count);
  }
  return c;
}

/// `count` rows of the single call of `c`, the row among them, as near to its place as can be.
Configuration window(const Configuration& c, std::int64_t row, std::int64_t count) {
  const auto size = static_cast<std::int64_t>(c.rows.size());
  const auto place = static_cast<std::int64_t>(std::ranges::find(c.rows, row) - c.rows.begin());
  const std::int64_t first = std::clamp<std::int64_t>(place - count / 2, 0, size - count);
  Configuration smaller = c;
  smaller.rows.assign(c.rows.begin() + static_cast<std::ptrdiff_t>(first),
                      c.rows.begin() + static_cast<std::ptrdiff_t>(first + count));
  smaller.calls = {count};
  return smaller;
}

class Minimizer {
 public:
  Minimizer(Witness& witness, const Counterexample& counterexample, std::int64_t tries)
      : witness_(witness), best_(counterexample), tries_(tries) {}

  Counterexample run() {
    if (best_.row < 0) return best_;
    try_calls();
    shrink(&Counterexample::base);
    shrink(&Counterexample::varied);
    if (best_.base.calls.size() == 1 && best_.varied.calls.size() == 1) shrink_both();
    return best_;
  }

 private:
  bool differs(Counterexample counterexample) {
    const Reference reference(counterexample.base, witness_.execute(counterexample.base));
    std::unique_ptr<Disturbance> disturbance;
    if (counterexample.varied.under_load) disturbance = std::make_unique<Disturbance>();
    for (std::int64_t i = 0; i < tries_; ++i) {
      if (note_moved_row(counterexample, reference, witness_.execute(counterexample.varied)))
        return true;
    }
    return false;
  }

  bool accept(Counterexample smaller) {
    if (!differs(smaller)) return false;  // of a copy: the row that is looked at stays the same
    best_ = std::move(smaller);
    return true;
  }

  /// Calls without the row have nothing to say about it.
  void try_calls() {
    Counterexample smaller = best_;
    smaller.base = only_call_with(best_.base, best_.row);
    smaller.varied = only_call_with(best_.varied, best_.row);
    accept(std::move(smaller));
  }

  bool accept_rows(Configuration Counterexample::*which, std::int64_t count) {
    Counterexample smaller = best_;
    smaller.*which = window(best_.*which, best_.row, count);
    return accept(std::move(smaller));
  }

  /// The fewest rows in one of the configurations that still show it, by halving the interval: if
  /// the number of rows is what matters, this ends at the number where it begins to.
  void shrink(Configuration Counterexample::*which) {
    if ((best_.*which).calls.size() != 1) return;
    const auto rows = [&] { return static_cast<std::int64_t>((best_.*which).rows.size()); };
    if (rows() == 1 || accept_rows(which, 1)) return;
    std::int64_t too_few = 1;
    while (rows() - too_few > 1) {
      const std::int64_t middle = too_few + (rows() - too_few) / 2;
      if (!accept_rows(which, middle)) too_few = middle;
    }
  }

  /// Where both must keep the same rows, as in a permutation of the columns of one call.
  void shrink_both() {
    if (best_.base.rows != best_.varied.rows) return;
    for (const std::int64_t count : {std::int64_t{1}, std::int64_t{4}, std::int64_t{16}}) {
      if (count >= static_cast<std::int64_t>(best_.base.rows.size())) return;
      Counterexample smaller = best_;
      smaller.base = window(best_.base, best_.row, count);
      smaller.varied = window(best_.varied, best_.row, count);
      if (accept(std::move(smaller))) return;
    }
  }

  Witness& witness_;
  Counterexample best_;
  std::int64_t tries_;
};

}  // namespace

Counterexample minimize(Witness& witness, const Counterexample& counterexample,
                        std::int64_t tries) {
  return Minimizer(witness, counterexample, tries).run();
}

}  // namespace samebits::lab::audit
