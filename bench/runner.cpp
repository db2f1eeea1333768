// SPDX-License-Identifier: Apache-2.0
#include "bench/runner.hpp"

#include <algorithm>
#include <regex>

#include "lab/statistics.hpp"

namespace samebits::bench {
namespace {

std::string full_name(const Case& one, const std::string& subject) {
  return one.name + "/" + subject;
}

/// As Google Benchmark reads it: a regular expression found anywhere; a leading '-' turns it round.
bool passes_filter(const std::string& name) {
  std::string filter = benchmark::GetBenchmarkFilter();
  if (filter.empty() || filter == "all") return true;
  const bool negated = filter.front() == '-';
  if (negated) filter.erase(0, 1);
  return std::regex_search(name, std::regex(filter)) != negated;
}

/// The figure from the medians, its spread from one value for each repetition.
Row make_row(const Case& one, const Figure& figure, const Collector& collector) {
  const auto& times = collector.times(full_name(one, figure.subject));
  const double median = lab::summarize(times).median;
  Row row{.name = one.name, .goal = figure.goal, .goal_kind = figure.goal_kind};
  std::vector<double> each = times;
  switch (figure.kind) {
    case Figure::Kind::ratio: {
      const auto& reference = collector.times(full_name(one, figure.reference));
      each.resize(std::min(times.size(), reference.size()));
      for (std::size_t i = 0; i < each.size(); ++i) each[i] /= reference[i];
      row.value = median / lab::summarize(reference).median;
      row.figure = figure.subject + " / " + figure.reference;
      row.unit = "ratio";
      break;
    }
    case Figure::Kind::nanoseconds:
      row.value = median;
      row.figure = "time of one call, " + figure.subject;
      row.unit = "ns";
      break;
    case Figure::Kind::gb_per_s: {
      // Bytes in a nanosecond are 1e9 bytes in a second.
      const auto bytes = static_cast<double>(figure.bytes);
      for (double& value : each) value = bytes / value;
      row.value = bytes / median;
      row.figure = figure.subject;
      row.unit = "GB/s";
      break;
    }
  }
  const auto spread = lab::summarize(each);
  row.low = spread.p10;
  row.high = spread.p90;
  return row;
}

}  // namespace

bool Runner::wanted(const Case& one) {
  return std::any_of(one.subjects.begin(), one.subjects.end(), [&](const std::string& subject) {
    return passes_filter(full_name(one, subject));
  });
}

bool Runner::wanted(const Probe& probe) {
  return passes_filter(probe.name);
}

std::vector<Row> Runner::run(const Case& one) {
  std::vector<Work> work(one.subjects.size());
  if (!list_only_) {
    work = one.set_up();
    for (const Work& subject : work) subject();  // threads started, caches and tables filled
  }
  for (std::size_t i = 0; i < work.size(); ++i) {
    auto* registered = benchmark::RegisterBenchmark(full_name(one, one.subjects[i]).c_str(),
                                                    [subject = work[i]](benchmark::State& state) {
                                                      for (auto _ : state) {
                                                        subject();
                                                        benchmark::ClobberMemory();
                                                      }
                                                    });
    if (one.clock == Clock::wall) registered->UseRealTime();
  }
  benchmark::RunSpecifiedBenchmarks(&collector_, ".");
  benchmark::ClearRegisteredBenchmarks();
  std::vector<Row> rows;
  if (list_only_) return rows;
  for (const Figure& figure : one.figures) rows.push_back(make_row(one, figure, collector_));
  return rows;
}

}  // namespace samebits::bench
