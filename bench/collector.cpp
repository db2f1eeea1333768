// SPDX-License-Identifier: Apache-2.0
#include "bench/collector.hpp"

#include <stdexcept>

namespace samebits::bench {
namespace {

/// Google Benchmark 1.8 renamed what a run says of itself.
template <class Run>
void throw_if_failed(const Run& run) {
  if constexpr (requires { run.error_occurred; }) {
    if (run.error_occurred) throw std::runtime_error(run.error_message);
  } else {
    if (run.skipped != 0) throw std::runtime_error(run.skip_message);
  }
}

}  // namespace

bool Collector::ReportContext(const Context& context) {
  // Called once for each case, while the JSON document has a single head.
  if (json_begun_) return true;
  json_begun_ = true;
  json_reporter_.SetOutputStream(&json_);
  json_reporter_.SetErrorStream(&GetErrorStream());
  return json_reporter_.ReportContext(context);
}

void Collector::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    throw_if_failed(run);
    if (run.run_type != Run::RT_Iteration) continue;
    // Google Benchmark adds this suffix where a benchmark asked for the wall clock.
    const bool wall = run.run_name.time_type == "real_time";
    const double seconds = wall ? run.real_accumulated_time : run.cpu_accumulated_time;
    times_[run.run_name.function_name].push_back(1e9 * seconds /
                                                 static_cast<double>(run.iterations));
  }
  json_reporter_.ReportRuns(runs);
}

const std::vector<double>& Collector::times(const std::string& benchmark) const {
  return times_.at(benchmark);
}

std::string Collector::google_json() {
  if (json_begun_) json_reporter_.Finalize();
  return json_.str();
}

}  // namespace samebits::bench
