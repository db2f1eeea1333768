// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace samebits::test {
namespace {

using Json = nlohmann::json;

TEST(CliSelftest, PassesHere) {
  const Program samebits;
  const Outcome outcome = samebits("selftest --json");
  ASSERT_EQ(outcome.status, 0) << outcome.out;
  const Json json = Json::parse(outcome.out);
  EXPECT_EQ(json.at("schema"), "samebits-selftest/1");
  EXPECT_EQ(json.at("failed"), 0);
  EXPECT_GE(json.at("passed"), 100);
}

TEST(CliDevices, ListsTheCpuAndWhatIsNotThere) {
  const Program samebits;
  const Outcome outcome = samebits("devices --json");
  ASSERT_EQ(outcome.status, 0);
  const Json devices = Json::parse(outcome.out).at("devices");
  EXPECT_EQ(devices.at(0).at("name"), "cpu");
  EXPECT_EQ(devices.at(0).at("ready"), true);
  for (const auto& device : devices) {
    if (!device.at("ready").get<bool>()) {
      EXPECT_NE(device.at("reason"), "");
    }
  }
}

TEST(CliCompare, WritesThreeReports) {
  const Program samebits;
  const Outcome outcome =
      samebits("compare --shape 16x256 --dtype f32,bf16 --repeats 3 --lang zh -o out");
  ASSERT_EQ(outcome.status, 0) << outcome.error;
  std::ifstream file(samebits.file("out/report.json"));
  const Json report = Json::parse(file);
  EXPECT_EQ(report.at("schema"), "samebits-compare/1");
  EXPECT_EQ(report.at("contract"), "rms-1");
  int exact_rows = 0;
  for (const auto& result : report.at("results")) {
    for (const char* key : {"input",
                            "dtype",
                            "rows",
                            "columns",
                            "method",
                            "device",
                            "mean_ms",
                            "median_ms",
                            "p10_ms",
                            "p90_ms",
                            "gb_per_s",
                            "copy_fraction",
                            "runs",
                            "distinct_outputs",
                            "max_abs_diff",
                            "deterministic",
                            "batch_invariant",
                            "max_ulp_error",
                            "correctly_rounded_share",
                            "tier",
                            "recommendation"}) {
      EXPECT_TRUE(result.contains(key)) << key;
    }
    if (result.at("method") != "exact" || result.at("device") != "cpu") continue;
    ++exact_rows;
    EXPECT_EQ(result.at("distinct_outputs"), 1);
    EXPECT_EQ(result.at("batch_invariant"), true);
    EXPECT_EQ(result.at("max_ulp_error"), 0);
    EXPECT_EQ(result.at("correctly_rounded_share"), 1.0);
  }
  EXPECT_EQ(exact_rows, 2);
  EXPECT_TRUE(std::filesystem::exists(samebits.file("out/report.html")));
  EXPECT_TRUE(std::filesystem::exists(samebits.file("out/report.md")));
}

TEST(CliHelp, EveryCommandHasExamplesOrSaysWhatItIs) {
  const Program samebits;
  EXPECT_EQ(samebits("--version").out.rfind("samebits ", 0), 0u);
  for (const char* command : {"", "compare", "norm", "selftest", "devices"}) {
    const Outcome outcome = samebits(std::string(command) + " --help");
    EXPECT_EQ(outcome.status, 0) << command;
    EXPECT_EQ(outcome.error, "");
    EXPECT_NE(outcome.out.find("--help"), std::string::npos) << command;
  }
}

}  // namespace
}  // namespace samebits::test
