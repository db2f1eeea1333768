// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace samebits::bench {

/// Receives what Google Benchmark measures; prints nothing.
class Collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  /// Nanoseconds of one call, one value a repetition, in the order in which they were taken.
  const std::vector<double>& times(const std::string& benchmark) const;

  /// Everything so far in Google Benchmark's own JSON format; ends the collection.
  std::string google_json();

 private:
  std::map<std::string, std::vector<double>> times_;
  std::ostringstream json_;
  benchmark::JSONReporter json_reporter_;
  bool json_begun_ = false;
};

}  // namespace samebits::bench
