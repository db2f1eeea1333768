// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "lab/random.hpp"
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

TEST(CliCompare, TakesAResidual) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::bfloat16, 6, 64, 1));
  io::write_array(samebits.file("d.npy"), lab::random_rows(DType::bfloat16, 6, 64, 2));
  io::write_array(samebits.file("f.npy"), lab::random_rows(DType::float32, 6, 64, 2));
  const std::string command = "compare -i x.npy --device cpu --repeats 1 -o out ";
  const Outcome outcome = samebits(command + "--json --residual d.npy --residual-mode unrounded");
  ASSERT_EQ(outcome.status, 0) << outcome.error;
  EXPECT_EQ(outcome.out, contents_of(samebits.file("out/report.json")));
  const Json report = Json::parse(outcome.out);
  for (const Json& result : report.at("results")) {
    EXPECT_EQ(result.at("parameters").at("residual_mode"), "unrounded");
    // Only what the method used.
    const std::string method = result.at("method");
    EXPECT_EQ(result.at("parameters").at("chunk"),
              method.starts_with("chunked") ? Json(64) : Json());
  }
  // The shape and dtype of a file are checked against its neighbour's, by name.
  EXPECT_NE(samebits(command + "--residual f.npy").error.find("f.npy: is 6x64 float32, but x.npy"),
            std::string::npos);
}

TEST(CliWords, TheEarlierOnesAreUnderstood) {
  const Program samebits;
  const std::string rest = " --shape 2x8 --repeats 1 -o out --json";
  for (const char* words :
       {"--method exact,standard --device cpu", "--methods exact,standard --devices cpu",
        "--methods=exact,standard --devices=cpu"}) {
    const Outcome outcome = samebits("compare " + std::string(words) + rest);
    ASSERT_EQ(outcome.status, 0) << outcome.error;
    EXPECT_EQ(Json::parse(outcome.out).at("results").size(), 2u);
  }
  EXPECT_EQ(samebits("compare --help").out.find("--methods"), std::string::npos);
  const Outcome audit = samebits(
      "audit --methods exact --devices cpu --shape 8x64 --dtype f32 --axis batch --json -o out");
  ASSERT_EQ(audit.status, 0) << audit.error;
  EXPECT_EQ(audit.out, contents_of(samebits.file("out/audit.json")));
}

TEST(CliSelftest, TakesAListOfDevices) {
  const Program samebits;
  const Outcome outcome = samebits("selftest --device cpu,cpu:0 --json");
  ASSERT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_EQ(Json::parse(outcome.out).at("device"), "cpu,cpu:0");
}

// Installed, it has no source tree to name.
TEST(CliHelp, EveryCommandHasExamplesAndNamesNoSourcePath) {
  const Program samebits;
  EXPECT_EQ(samebits("--version").out.rfind("samebits ", 0), 0u);
  for (const char* command : {"", "compare", "audit", "replay", "norm", "selftest", "devices"}) {
    const Outcome outcome = samebits(std::string(command) + " --help");
    EXPECT_EQ(outcome.status, 0) << command;
    EXPECT_EQ(outcome.error, "");
    EXPECT_NE(outcome.out.find("--help"), std::string::npos) << command;
    EXPECT_NE(outcome.out.find("Example"), std::string::npos) << command;
    for (const char* path : {"docs/", "script/", "contract/", "src/", ".md "}) {
      EXPECT_EQ(outcome.out.find(path), std::string::npos) << command << ": " << path;
    }
  }
}

TEST(CliCompare, FindsItsSampleBesideTheProgram) {
  const Program samebits;
  std::filesystem::create_directories(samebits.file("prefix/bin"));
  std::filesystem::create_directories(samebits.file("prefix/share/samebits"));
  std::filesystem::copy_file(SAMEBITS_PROGRAM, samebits.file("prefix/bin/samebits"));
  std::ofstream(samebits.file("prefix/share/samebits/smollm2.safetensors")) << "broken";
  // Which file it reads shows by what is wrong with it.
  const Outcome outcome = samebits.shell("./prefix/bin/samebits compare");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.error.find("prefix/share/samebits/smollm2.safetensors: has 6 bytes"),
            std::string::npos)
      << outcome.error;
}

}  // namespace
}  // namespace samebits::test
