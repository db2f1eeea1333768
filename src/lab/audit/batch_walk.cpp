// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/batch_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "lab/digest.hpp"
#include "lab/problem.hpp"

namespace samebits::lab::audit {
namespace {

/// Where a kernel handles the last rows of a block differently, it is next to a power of two.
constexpr std::int64_t kMostNeighbours = 2048;
constexpr std::int64_t kMostRows = 65536;
/// Of a batch with all columns, unless the audit's own is larger: 64 MiB of float32 an operand.
constexpr std::int64_t kMostElements = std::int64_t{1} << 24;
/// For larger batches; 65536 rows of them are twice as many elements. Kernels add in blocks, of 256
/// columns or more where the width changed with the rows in the field: this is two of those.
constexpr std::int64_t kFewColumns = 512;

class BatchWalk {
 public:
  BatchWalk(CellRun& run, const PlanInput& input, std::int64_t columns)
      : run_(run),
        in_(input),
        columns_(columns),
        random_(input.seed),
        told_(std::min(input.rows, few_rows(input))) {}

  /// False: the subject is not to be called any more.
  bool walk(const std::vector<std::int64_t>& sizes, std::int64_t base) {
    if (!run_.set_base(base_of(base))) return false;
    if (!run_.has_base()) return true;
    results_[base] = result_of(run_.base_answer());
    for (const std::int64_t size : sizes) {
      // The base of a range of fewer columns is its first size.
      if (!(columns_ > 0 && size == base) && !try_size(size)) return false;
    }
    return find_switches(sizes);
  }

 private:
  /// Calls of `size` rows, at least `least` in all, numbered from 0.
  Configuration calls_of(std::int64_t size, std::int64_t least) const {
    const std::int64_t count = (std::max(size, least) + size - 1) / size * size;
    return {.rows = row_range(0, count), .calls = cut(count, size), .columns = columns_};
  }

  /// All rows of the inputs in order, over and over.
  Configuration base_of(std::int64_t size) const {
    Configuration c = calls_of(size, in_.rows);
    for (auto& row : c.rows) row %= in_.rows;
    return c;
  }

  /// The rows that are compared from size to size come first; then any.
  Configuration batch_of(std::int64_t size) {
    // Small batches, several of them: one row alone may not show what others would.
    Configuration c = calls_of(size, told_);
    for (auto& row : std::span(c.rows).subspan(static_cast<std::size_t>(told_))) {
      row = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(in_.rows)));
    }
    return c;
  }

  Digest result_of(const Answer& answer) const {
    return digest(answer.y.data.bytes().first(static_cast<std::size_t>(told_) *
                                              row_bytes(answer.y, 0).size()));
  }

  bool try_size(std::int64_t size) {
    const std::string label =
        columns_ > 0 ? fmt::format("{} ({} columns)", size, columns_) : fmt::format("{}", size);
    if (!run_.vary({label, batch_of(size)})) return false;
    if (run_.answer()) results_[size] = result_of(*run_.answer());
    return true;
  }

  bool find_switches(const std::vector<std::int64_t>& sizes) {
    for (std::size_t i = 1; i < sizes.size(); ++i) {
      if (!find_switches(sizes[i - 1], sizes[i])) return false;
    }
    return true;
  }

  bool find_switches(std::int64_t low, std::int64_t high) {
    const bool known = results_.contains(low) && results_.contains(high);
    if (!known || results_[low] == results_[high] || run_.contradicted() ||
        run_.cell().switches.size() == kMostSwitches) {
      return true;
    }
    if (high - low == 1) {
      run_.add_switch({.below = low, .from = high, .columns = columns_});
      return true;
    }
    const std::int64_t middle = low + (high - low) / 2;
    return try_size(middle) && find_switches(low, middle) && find_switches(middle, high);
  }

  CellRun& run_;
  const PlanInput& in_;
  std::int64_t columns_;
  Random random_;
  std::int64_t told_;                       ///< so many rows are compared from size to size
  std::map<std::int64_t, Digest> results_;  ///< of those rows, for each size
};

}  // namespace

std::vector<BatchRange> batch_ranges(std::int64_t rows, std::int64_t columns) {
  std::set<std::int64_t> sizes;
  for (std::int64_t power = 1; power <= kMostRows; power *= 2) {
    sizes.insert(power);
    if (power > kMostNeighbours) continue;
    if (power > 1) sizes.insert(power - 1);
    if (power < kMostNeighbours) sizes.insert(power + 1);
  }
  sizes.insert(rows);
  const std::int64_t most =
      std::max(rows, columns <= kFewColumns ? kMostRows : kMostElements / columns);
  const auto beyond = sizes.upper_bound(most);
  std::vector<BatchRange> ranges = {{.columns = 0, .sizes = {sizes.begin(), beyond}}};
  if (beyond != sizes.end()) {
    ranges.push_back({.columns = kFewColumns, .sizes = {std::prev(beyond), sizes.end()}});
  }
  return ranges;
}

void walk_batches(CellRun& run, const PlanInput& input) {
  for (const BatchRange& range : batch_ranges(input.rows, input.columns)) {
    const std::int64_t base = range.columns == 0 ? input.rows : range.sizes.front();
    if (!BatchWalk(run, input, range.columns).walk(range.sizes, base)) return;
  }
}

}  // namespace samebits::lab::audit
