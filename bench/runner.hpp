// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/case.hpp"
#include "bench/collector.hpp"

namespace samebits::bench {

/// Runs cases through Google Benchmark, one at a time: the subjects of a case take turns, in random
/// order, so that whatever else the machine does in those seconds befalls all of them alike.
class Runner {
 public:
  /// With `list_only` the benchmarks' names are printed and nothing is run.
  explicit Runner(bool list_only) : list_only_(list_only) {}

  /// Whether --benchmark_filter wants any subject of the case, which then runs with all of them.
  static bool wanted(const Case& one);
  static bool wanted(const Probe& probe);

  std::vector<Row> run(const Case& one);

  Collector& collector() { return collector_; }

 private:
  bool list_only_;
  Collector collector_;
};

}  // namespace samebits::bench
