// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/gpu_schedule.hpp"
#include "cli/terminal.hpp"
#include "lab/conformance.hpp"

namespace samebits::cli {
namespace {

using Json = nlohmann::ordered_json;

struct SelftestArguments {
  std::vector<std::string> devices;
  bool json = false;
  bool quiet = false;
};

struct CaseResult {
  const lab::ConformanceCase* c;
  std::string difference;  ///< of the first run that gave other bits
};

std::string describe(const lab::ConformanceRun& run) {
  if (run.decide_in_integers) return name_of(run.device) + ", exact path forced";
  return run.simd == testing::Simd{} ? name_of(run.device) : std::string(name_of(run.simd));
}

CaseResult run_case(const lab::ConformanceCase& c, const std::vector<lab::ConformanceRun>& runs) {
  for (const auto& run : runs) {
    const std::string difference = lab::check(c, run);
    if (!difference.empty()) return {&c, fmt::format("{}: {}", describe(run), difference)};
  }
  return {&c, {}};
}

void print(const CaseResult& result, bool colour) {
  const bool same = result.difference.empty();
  const char* const word = same ? "same bits" : "OTHER BITS";
  const char* const on = !colour ? "" : same ? "\033[32m" : "\033[1;31m";
  fmt::print("{}{:<10}{}  {}\n", on, word, colour ? "\033[0m" : "", result.c->name);
  if (!same) fmt::print("            {}\n", result.difference);
}

Json to_json(const CaseResult& result) {
  Json json;
  json["name"] = result.c->name;
  json["same_bits"] = result.difference.empty();
  if (!result.difference.empty()) json["difference"] = result.difference;
  return json;
}

std::string list(const std::vector<lab::ConformanceRun>& runs) {
  std::string text;
  for (const auto& run : runs) text += (text.empty() ? "" : ", ") + describe(run);
  return text;
}

std::vector<lab::ConformanceRun> runs_on(const std::vector<std::string>& devices) {
  std::vector<lab::ConformanceRun> runs;
  const testing::GpuSchedule gpu = gpu_schedule_from_environment();
  for (const std::string& device : devices) {
    const auto some = lab::conformance_runs(Device::parse(device), gpu);
    runs.insert(runs.end(), some.begin(), some.end());
  }
  return runs;
}

int run(const SelftestArguments& arguments) {
  const std::vector<std::string> devices =
      arguments.devices.empty() ? std::vector<std::string>{"cpu"} : arguments.devices;
  const std::string device = fmt::format("{}", fmt::join(devices, ","));
  const auto runs = runs_on(devices);
  const auto& cases = lab::published_cases();
  const bool colour = wants_colour(stdout);
  std::size_t failed = 0;
  Json results = Json::array();
  for (const auto& c : cases) {
    const CaseResult result = run_case(c, runs);
    failed += result.difference.empty() ? 0 : 1;
    if (arguments.json) results.push_back(to_json(result));
    const bool worth_a_line = !arguments.quiet || !result.difference.empty();
    if (!arguments.json && worth_a_line) print(result, colour);
  }
  if (arguments.json) {
    fmt::print("{}\n", Json{{"schema", "samebits-selftest/1"},
                            {"contract", kContractVersion},
                            {"device", device},
                            {"passed", cases.size() - failed},
                            {"failed", failed},
                            {"cases", results}}
                           .dump(2));
  } else {
    fmt::print(
        "\n{} of {} cases have the published bits of contract {} on device {} (each by: {})\n",
        cases.size() - failed, cases.size(), kContractVersion, device, list(runs));
  }
  return failed == 0 ? kDone : kCheckFailed;
}

}  // namespace

Command add_selftest(CLI::App& program) {
  auto* app = program.add_subcommand(
      "selftest", "Recompute the published conformance set: are these the same bits?");
  auto arguments = std::make_shared<SelftestArguments>();
  add_devices(app, arguments->devices, "cpu");
  app->add_flag("--quiet,-q", arguments->quiet, "Only cases that fail, and the last line");
  app->add_flag("--json", arguments->json, "For scripts")->excludes("--quiet");
  app->footer(
      "\nExamples:\n"
      "  samebits selftest\n"
      "  samebits selftest --device cpu,vulkan --quiet\n"
      "\nThe set and its SHA-256 digests are part of the program; they were computed in exact\n"
      "arithmetic, not by the code under test.\n"
      "\nExit status: 0 the same bits, 1 any case differs, 2 bad usage.");
  return [arguments] { return run(*arguments); };
}

}  // namespace samebits::cli
