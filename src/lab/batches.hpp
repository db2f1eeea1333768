// SPDX-License-Identifier: Apache-2.0
//
// Does a row get the same bits whatever rows it comes with?
#pragma once

#include "lab/compare.hpp"
#include "lab/problem.hpp"

namespace samebits::lab {

/// Gives the rows of `problem` alone and in batches of other sizes, tiled where there are too few
/// and shifted so that they stand elsewhere, and compares each row with its bits in `whole`.
BatchInvariance try_batches(const Problem& problem, const testing::Options& options,
                            const Outputs& whole);

}  // namespace samebits::lab
