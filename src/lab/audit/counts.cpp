// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/counts.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "lab/problem.hpp"

namespace samebits::lab::audit {
namespace {

bool same(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::memcmp(a.data(), b.data(), a.size()) == 0;
}

/// An output of a varied call beside the one that its rows must equal.
struct Compared {
  const io::Array& got;
  const io::Array& expected;
  bool h;
};

std::vector<Compared> outputs_of(const Reference& reference, const Answer& answer) {
  const Answer& base = reference.answer();
  std::vector<Compared> outputs = {{answer.y, base.y, false}};
  for (const io::Array& y : answer.other_y) outputs.push_back({y, base.y, false});
  if (answer.has_h() && base.has_h()) outputs.push_back({answer.h, base.h, true});
  return outputs;
}

}  // namespace

Reference::Reference(Configuration base, Answer answer)
    : base_(std::move(base)), answer_(std::move(answer)) {
  for (std::size_t i = 0; i < base_.rows.size(); ++i) {
    places_.try_emplace(base_.rows[i], static_cast<std::int64_t>(i));
  }
}

std::int64_t Reference::place(std::int64_t row) const {
  const auto found = places_.find(row);
  return found == places_.end() ? -1 : found->second;
}

bool note_moved_row(Counterexample& counterexample, const Reference& reference,
                    const Answer& answer) {
  const Configuration& c = counterexample.varied;
  for (const auto& [got, expected, h] : outputs_of(reference, answer)) {
    for (std::size_t i = 0; i < c.rows.size(); ++i) {
      const std::int64_t place = reference.place(c.rows[i]);
      if (place < 0) continue;
      const auto varied = row_bytes(got, static_cast<std::int64_t>(i));
      const auto base = row_bytes(expected, place);
      if (same(varied, base)) continue;
      counterexample.row = c.rows[i];
      counterexample.in_h = h;
      counterexample.base_output.assign(base.begin(), base.end());
      counterexample.varied_output.assign(varied.begin(), varied.end());
      return true;
    }
  }
  return false;
}

bool Counts::compare(const Reference& reference, const Configuration& c, const io::Array& got,
                     const io::Array& expected) {
  bool moved = false;
  for (std::size_t i = 0; i < c.rows.size(); ++i) {
    const std::int64_t place = reference.place(c.rows[i]);
    if (place < 0) continue;
    cell_.values += got.columns();
    const auto a = row_bytes(got, static_cast<std::int64_t>(i));
    const auto b = row_bytes(expected, place);
    if (same(a, b)) {
      cell_.differences.add(0, static_cast<std::uint64_t>(got.columns()));
      continue;
    }
    moved = true;
    const Difference found = difference(got.dtype, a.data(), b.data(), got.columns());
    cell_.differences.merge(found.histogram);
    cell_.max_ulp_diff = std::max(cell_.max_ulp_diff, found.max_ulp);
    cell_.max_abs_diff = std::max(cell_.max_abs_diff, found.max_abs);
    auto& outputs = outputs_[c.rows[i]];
    outputs.insert(digest(a));
    outputs.insert(digest(b));
  }
  return moved;
}

bool Counts::add(const Reference& reference, const Variation& variation, const Answer& answer) {
  const Configuration& c = variation.configuration;
  ++cell_.variations;
  bool moved = false;
  for (const auto& [got, expected, h] : outputs_of(reference, answer)) {
    moved = compare(reference, c, got, expected) || moved;
  }
  cell_.tried.push_back(variation.label);
  (moved ? cell_.moved_at : cell_.same_at).push_back(variation.label);
  if (!moved) return false;
  if (cell_.first_moved == 0) cell_.first_moved = cell_.variations;
  if (!cell_.counterexample) {
    Counterexample counterexample{.base = reference.base(), .varied = c, .label = variation.label};
    note_moved_row(counterexample, reference, answer);
    cell_.counterexample = std::move(counterexample);
  }
  return true;
}

void Counts::finish() {
  cell_.moved_rows = static_cast<std::int64_t>(outputs_.size());
  cell_.moved_values =
      static_cast<std::int64_t>(cell_.differences.total() - cell_.differences.counts[0]);
  cell_.distinct_outputs = cell_.variations > 0 ? 1 : 0;
  for (const auto& [row, outputs] : outputs_) {
    cell_.distinct_outputs =
        std::max(cell_.distinct_outputs, static_cast<std::int64_t>(outputs.size()));
  }
  if (cell_.variations == 0) return;
  const bool kept = cell_.moved_values == 0 && cell_.state_left.empty();
  cell_.verdict = kept ? CellVerdict::invariant : CellVerdict::refuted;
}

}  // namespace samebits::lab::audit
