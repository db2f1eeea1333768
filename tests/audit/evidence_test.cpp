// SPDX-License-Identifier: Apache-2.0
//
// Evidence is small, complete, and shows the difference again; files from strangers are refused in
// one line.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "io/array.hpp"
#include "lab/audit/evidence.hpp"
#include "lab/audit/render.hpp"

namespace samebits::test {
namespace {

namespace fs = std::filesystem;
using lab::audit::AuditOptions;
using lab::audit::AuditReport;
using lab::audit::Axis;
using lab::audit::Cell;
using lab::audit::CellVerdict;

class Evidence : public ::testing::Test {
 protected:
  Evidence() {
    // With a blank, as paths may have.
    std::string name = (fs::temp_directory_path() / "samebits audit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Evidence() override { fs::remove_all(folder_); }

  AuditReport audit(std::vector<Axis> axes, Method method = Method::adaptive) const {
    AuditOptions options;
    options.methods = {method};
    options.devices = {"cpu"};
    options.axes = std::move(axes);
    options.shapes = {{.rows = 600, .columns = 2048}};
    options.dtypes = {DType::float32};
    options.trials = 4;
    options.output = folder_.string();
    lab::NoProgress progress;
    return run_audit(options, progress);
  }

  /// Changes one field of the evidence's config.json.
  void spoil(const fs::path& evidence, const std::string& from, const std::string& to) const {
    std::ifstream in(evidence / "config.json");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(evidence / "config.json") << text;
  }

  fs::path folder_;
};

TEST_F(Evidence, EachFolderIsReproduced) {
  const AuditReport report = audit({Axis::batch, Axis::chunk, Axis::prefill, Axis::columns});
  for (const Cell& cell : report.cells) {
    ASSERT_EQ(cell.verdict, CellVerdict::refuted) << name_of(cell.axis);
    ASSERT_FALSE(cell.evidence.empty());
    const auto e = lab::audit::read_evidence((folder_ / cell.evidence).string());
    const auto replay = lab::audit::replay(e, "", 1);
    EXPECT_TRUE(replay.reproduced) << cell.evidence;
    EXPECT_EQ(replay.first.row, cell.first_difference.row);
    EXPECT_EQ(replay.first.bits_a, cell.first_difference.bits_a);
    EXPECT_EQ(replay.first.bits_b, cell.first_difference.bits_b);
  }
}

TEST_F(Evidence, EachShapeHasItsOwn) {
  AuditOptions options;
  options.methods = {Method::standard};
  options.devices = {"cpu"};
  options.axes = {Axis::columns};
  options.shapes = {{.rows = 16, .columns = 512}, {.rows = 8, .columns = 768}};
  options.dtypes = {DType::float32};
  options.output = folder_.string();
  lab::NoProgress progress;
  const AuditReport report = run_audit(options, progress);
  ASSERT_EQ(report.cells.size(), 2u);
  for (const Cell& cell : report.cells) {
    ASSERT_EQ(cell.verdict, CellVerdict::refuted);
    const auto e = lab::audit::read_evidence((folder_ / cell.evidence).string());
    EXPECT_EQ(e.inputs.columns(), cell.columns);
  }
}

TEST_F(Evidence, OnlyTheRowsThatAreNeeded) {
  const AuditReport report = audit({Axis::batch});
  const fs::path evidence = folder_ / report.cells[0].evidence;
  const auto e = lab::audit::read_evidence(evidence.string());
  EXPECT_EQ(e.counterexample.base.rows.size(), 256u);  // with one row fewer there is no difference
  EXPECT_EQ(e.counterexample.varied.rows.size(), 1u);
  EXPECT_EQ(io::read_array((evidence / "input.npy").string()).rows(), 256);
  EXPECT_EQ(io::read_array((evidence / "output_base.npy").string()).rows(), 256);
  EXPECT_EQ(io::read_array((evidence / "output_varied.npy").string()).rows(), 1);
}

TEST_F(Evidence, AChangedSubjectIsNotReproduced) {
  const AuditReport report = audit({Axis::batch});
  const fs::path evidence = folder_ / report.cells[0].evidence;
  spoil(evidence, "\"subject\": \"adaptive\"", "\"subject\": \"exact\"");
  const auto e = lab::audit::read_evidence(evidence.string());
  EXPECT_FALSE(lab::audit::replay(e, "", 1).reproduced);
}

TEST_F(Evidence, NonsenseIsRefused) {
  const AuditReport report = audit({Axis::batch});
  const fs::path evidence = folder_ / report.cells[0].evidence;
  const fs::path copy = folder_ / "copy";
  const std::pair<const char*, const char*> changes[] = {
      {"\"schema\": \"samebits-evidence/1\"", "\"schema\": \"other\""},
      {"\"columns\": 2048", "\"columns\": 2047"},
      {"\"columns\": 2048", "\"columns\": \"x\""},
      {"\"calls\": [", "\"calls\": [1,"},
      {"\"rows\": [", "\"rows\": [-1,"},
      {"\"rows\": [", "\"rows\": [100000,"},
      {"\"threads\": 0", "\"threads\": 1000000"},
      {"\"x_offset\": 0", "\"x_offset\": 64"},
      {"\"in_place\": \"no\"", "\"in_place\": \"maybe\""},
      {"\"column_order\": 0", "\"column_order\": -1"},
      {"\"races\"", "\"rac\""},
      {"{", ""},
  };
  for (const auto& [from, to] : changes) {
    fs::remove_all(copy);
    fs::copy(evidence, copy);
    spoil(copy, from, to);
    try {
      lab::audit::read_evidence(copy.string());
      ADD_FAILURE() << "accepted " << to;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(lab::audit::read_evidence((folder_ / "nowhere").string()), Error);
}

TEST_F(Evidence, JsonHasTheFieldsOfItsSchema) {
  const AuditReport report = audit({Axis::batch, Axis::streams, Axis::repeat});
  const auto json = nlohmann::json::parse(render_json(report));
  EXPECT_EQ(json.at("schema"), "samebits-audit/1");
  const std::set<std::string> verdicts = {"invariant", "refuted", "not-varied"};
  ASSERT_EQ(json.at("cells").size(), 3u);
  for (const auto& cell : json.at("cells")) {
    for (const char* name :
         {"subject", "device", "dtype", "rows", "columns", "axis", "verdict", "variations",
          "values", "distinct_outputs", "max_abs_diff", "max_ulp_diff", "evidence"}) {
      EXPECT_TRUE(cell.contains(name)) << name;
    }
    EXPECT_TRUE(verdicts.contains(cell.at("verdict").get<std::string>()));
  }
  EXPECT_EQ(json["cells"][0]["crossing_rows"], 256);
  EXPECT_EQ(json["cells"][1]["verdict"], "not-varied");
  EXPECT_EQ(json["cells"][2]["verdict"], "invariant");
}

TEST_F(Evidence, ReportsAreWrittenInBothLanguages) {
  const AuditReport report = audit({Axis::batch, Axis::repeat});
  for (const auto language : {lab::Language::en, lab::Language::zh}) {
    write_report(report, (folder_ / "report").string(), language);
    for (const char* name : {"audit.html", "audit.md", "audit.json"}) {
      EXPECT_GT(fs::file_size(folder_ / "report" / name), 500u) << name;
    }
  }
}

/// A path for the shell.
std::string quoted(const std::string& path) {
  return "'" + path + "'";
}

/// The program's exit status.
int samebits(const std::string& arguments) {
  const std::string command =
      quoted(SAMEBITS_PROGRAM) + " " + arguments + " > /dev/null 2> /dev/null";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Evidence, ExitStatusOfTheProgram) {
  const std::string small = "audit --device cpu --dtype f32 --shape 600x1024 --trials 3 -o " +
                            quoted(folder_.string()) + " --method ";
  EXPECT_EQ(samebits(small + "adaptive --axis batch,repeat"), 0);
  EXPECT_EQ(samebits(small + "adaptive --axis batch,repeat --require repeat"), 0);
  EXPECT_EQ(samebits(small + "adaptive --axis batch,repeat --require batch"), 1);
  EXPECT_EQ(samebits(small + "exact --axis batch,streams --require batch"), 0);
  EXPECT_EQ(samebits(small + "exact --axis batch,streams --require streams"), 1);
  EXPECT_EQ(samebits(small + "exact --axis batch --require threads"), 1);
  EXPECT_EQ(samebits(small + "exact --axis nonsense"), 2);
  EXPECT_EQ(samebits(small + "exact --axis batch --shape 0x4"), 2);
  EXPECT_EQ(samebits("audit --plugin " + quoted(folder_.string() + "/none.so") + " -o " +
                     quoted(folder_.string())),
            2);
  EXPECT_EQ(samebits(small + "exact --axis batch --eps nan"), 2);
  EXPECT_EQ(samebits("replay " + quoted(folder_.string() + "/nowhere")), 2);
  EXPECT_EQ(samebits("subject-host none.so"), 2) << "only an audit can start it";
  const std::string evidence = quoted(folder_.string() + "/evidence/adaptive-cpu-float32-batch");
  EXPECT_EQ(samebits("replay " + evidence), 2) << "evidence of an audit before the last";
  EXPECT_EQ(samebits(small + "adaptive --axis batch"), 0);
  EXPECT_EQ(samebits(small + "adaptive --device tpu"), 2) << "bad usage touches nothing:";
  EXPECT_EQ(samebits("replay " + evidence), 0);
}

}  // namespace
}  // namespace samebits::test
