// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace samebits::lab {

/// The p-th percentile (0 to 100) of sorted values, interpolated linearly between neighbours; NaN
/// of nothing.
double percentile(std::span<const double> sorted, double p);

/// How long something took, over `runs` runs, in the unit of the values.
struct TimeSummary {
  int runs = 0;
  double mean = 0.0;
  double median = 0.0;
  double p10 = 0.0;
  double p90 = 0.0;
};

TimeSummary summarize(std::span<const double> values);

}  // namespace samebits::lab
