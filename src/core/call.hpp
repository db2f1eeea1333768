// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "samebits/testing.hpp"

namespace samebits::core {

/// The widest block of the baseline `adaptive`: the CPU keeps so many partial sums on the stack,
/// 16 KiB.
inline constexpr std::int64_t kMaxBlockWidth = 4096;

/// One call as a device sees it: checked, with at least one row. Lives as long as the call that
/// made it; what outlives that copies operands and options.
struct Call {
  const RmsNorm& norm;
  const testing::Options& options;
  double eps;          ///< never -0, whose root is not that of 0
  std::int64_t count;  ///< n of C3, by which the sum of squares is divided
  std::int64_t chunk;  ///< Options::chunk, or the method's own; at most the columns
};

}  // namespace samebits::core
