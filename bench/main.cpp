// SPDX-License-Identifier: Apache-2.0
//
// samebits_bench: the figures of docs/performance.md, measured here and now.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "bench/case.hpp"
#include "bench/runner.hpp"
#include "bench/table.hpp"
#include "io/file.hpp"

namespace samebits::bench {
namespace {

constexpr int kBadUsage = 2;

struct Arguments {
  bool quick = false;
  bool list_only = false;
  std::string json_file;
  std::string google_file;          ///< --benchmark_out
  std::vector<std::string> google;  ///< the other --benchmark_ flags
};

/// Google Benchmark would begin --benchmark_out afresh for every case, so that flag is ours.
void take_google_flags(const std::vector<std::string>& rest, Arguments& arguments) {
  const std::string out = "--benchmark_out=";
  for (const std::string& flag : rest) {
    if (!flag.starts_with("--benchmark_")) throw CLI::ExtrasError({flag});
    if (flag.starts_with("--benchmark_list_tests") && !flag.ends_with("=false")) {
      arguments.list_only = true;
    }
    if (flag.starts_with(out)) {
      arguments.google_file = flag.substr(out.size());
    } else {
      arguments.google.push_back(flag);
    }
  }
}

/// Defaults first: of two equal flags the later one counts, and that is the user's.
void initialize_google_benchmark(const Arguments& arguments) {
  static std::vector<std::string> flags = {
      "samebits_bench", "--benchmark_enable_random_interleaving=true",
      arguments.quick ? "--benchmark_repetitions=5" : "--benchmark_repetitions=21",
      arguments.quick ? "--benchmark_min_time=0.01" : "--benchmark_min_time=0.025"};
  flags.insert(flags.end(), arguments.google.begin(), arguments.google.end());
  std::vector<char*> pointers;
  pointers.reserve(flags.size());
  for (std::string& flag : flags) pointers.push_back(flag.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) std::exit(kBadUsage);
}

/// One line on a terminal, rewritten for each step; nothing in a log.
class ProgressLine {
 public:
  explicit ProgressLine(std::size_t steps) : steps_(steps), shown_(isatty(STDERR_FILENO) != 0) {}
  ~ProgressLine() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void step(const std::string& name) {
    ++step_;
    if (shown_) fmt::print(stderr, "\r\033[K[{:>2}/{}] {}", step_, steps_, name);
    std::fflush(stderr);
  }

 private:
  std::size_t steps_;
  bool shown_;
  std::size_t step_ = 0;
};

template <class T>
void keep_wanted(std::vector<T>& all) {
  std::erase_if(all, [](const T& one) { return !Runner::wanted(one); });
}

/// What --benchmark_filter leaves.
struct Plan {
  Plan() : cases(required_cases()), probes(memory_probes()) {
    for (Case& one : extra_cases()) cases.push_back(std::move(one));
    keep_wanted(cases);
    keep_wanted(probes);
  }
  std::size_t size() const { return cases.size() + probes.size(); }

  std::vector<Case> cases;
  std::vector<Probe> probes;
};

std::vector<Row> measure(const Plan& plan, Runner& runner) {
  std::vector<Row> all;
  ProgressLine progress(plan.size());
  const auto keep = [&](const std::vector<Row>& rows) {
    all.insert(all.end(), rows.begin(), rows.end());
  };
  for (const Case& one : plan.cases) {
    progress.step(one.name);
    keep(runner.run(one));
  }
  for (const Probe& probe : plan.probes) {
    progress.step(probe.name);
    keep(probe.measure());
  }
  return all;
}

/// Before minutes of work, not after: whether the folder of an output file is there to be written.
void check_folder_of(const std::string& file) {
  if (file.empty()) return;
  if (std::filesystem::is_directory(file)) throw CLI::ValidationError(file, "is a folder");
  const auto folder = std::filesystem::absolute(file).parent_path();
  if (access(folder.c_str(), W_OK) != 0) {
    throw CLI::ValidationError(file, "its folder cannot be written");
  }
}

void print_tables(const std::vector<Row>& rows) {
  std::vector<Row> with_goal, without;
  for (const Row& row : rows) (row.goal ? with_goal : without).push_back(row);
  if (!with_goal.empty()) {
    const auto missed = std::count_if(with_goal.begin(), with_goal.end(),
                                      [](const Row& row) { return !row.met(); });
    fmt::print("\nWith a goal\n\n{}\n{} of {} goals met{}\n", table(with_goal),
               with_goal.size() - static_cast<std::size_t>(missed), with_goal.size(),
               missed == 0 ? "" : fmt::format("; {} MISSED", missed));
  }
  if (!without.empty()) fmt::print("\nWithout a goal\n\n{}", table(without));
  fmt::print(
      "\nValues are medians, or ratios of medians; the spread is over single repetitions, whose\n"
      "subjects take turns in one run. One-core cases are timed in processor time, the others by "
      "the\n"
      "wall clock. GB/s count input read once and output written once.\n");
}

Plan make_plan(const Arguments& arguments) {
  check_folder_of(arguments.json_file);
  check_folder_of(arguments.google_file);
  initialize_google_benchmark(arguments);
  try {
    Plan plan;
    if (plan.size() == 0) throw CLI::ValidationError("--benchmark_filter", "no case matches");
    return plan;
  } catch (const std::regex_error& error) {
    throw CLI::ValidationError("--benchmark_filter", error.what());
  }
}

void run(const Plan& plan, const Arguments& arguments) {
  Runner runner(arguments.list_only);
  if (arguments.list_only) {
    for (const Case& one : plan.cases) runner.run(one);
    return;
  }
  fmt::print("{}", header());
  std::fflush(stdout);
  const auto rows = measure(plan, runner);
  print_tables(rows);
  if (!arguments.json_file.empty()) io::write_file(arguments.json_file, json(rows));
  if (!arguments.google_file.empty()) {
    io::write_file(arguments.google_file, runner.collector().google_json());
  }
}

int parse_and_run(int argc, char** argv) {
  CLI::App app(
      "Measures samebits on this machine: each figure against its reference in the same run.");
  Arguments arguments;
  app.name("samebits_bench");
  app.allow_extras();
  app.add_option("--json", arguments.json_file, "Write the table as JSON too")->type_name("FILE");
  app.add_flag("--quick", arguments.quick, "Fewer repetitions: half a minute, wider spreads");
  app.footer(
      "Flags of Google Benchmark (--benchmark_filter, --benchmark_repetitions, ...) are passed "
      "on;\n"
      "a filter selects whole cases, because a ratio needs both its sides. A missed goal is "
      "marked\n"
      "in the table and leaves the exit status alone: 0, or 1 if a case failed, or 2 for bad\n"
      "usage.\n\n"
      "Example:\n"
      "  samebits_bench --json figures.json --benchmark_filter='float32 8192x4096'");
  try {
    app.parse(argc, argv);
    take_google_flags(app.remaining(), arguments);
    run(make_plan(arguments), arguments);
    return 0;
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "samebits_bench: {}; see --help\n", error.what());
    return kBadUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "samebits_bench: {}\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace samebits::bench

int main(int argc, char** argv) {
  return samebits::bench::parse_and_run(argc, argv);
}
