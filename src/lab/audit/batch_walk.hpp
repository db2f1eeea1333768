// SPDX-License-Identifier: Apache-2.0
//
// The axis `batch`: which numbers of rows are tried, and where between them the bits change.
#pragma once

#include <cstdint>
#include <vector>

#include "lab/audit/cell_run.hpp"
#include "lab/audit/plan.hpp"

namespace samebits::lab::audit {

/// Numbers of rows that are tried with the same columns, ascending.
struct BatchRange {
  std::int64_t columns = 0;  ///< of each row, the first; 0: all
  std::vector<std::int64_t> sizes;
};

/// Up to 65536 rows, and up to `rows` if that is more. All columns as far as a batch is no larger
/// than `rows` x `columns` or 2^24 elements; then a range of 512 columns, which begins with the
/// last size of the range before.
std::vector<BatchRange> batch_ranges(std::int64_t rows, std::int64_t columns);

/// Tries the sizes. Where two neighbours give the same rows other bits, the number of rows at which
/// they change is found by bisection.
void walk_batches(CellRun& run, const PlanInput& input);

}  // namespace samebits::lab::audit
