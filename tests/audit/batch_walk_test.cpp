// SPDX-License-Identifier: Apache-2.0
//
// Where the bits change with the number of rows, and last, that number is found and told.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lab/audit/batch_walk.hpp"
#include "lab/audit/render.hpp"
#include "lab/audit/words.hpp"
#include "lab/random.hpp"
#include "tests/audit/synthetic.hpp"

namespace samebits::test {
namespace {

using lab::audit::AuditOptions;
using lab::audit::AuditReport;
using lab::audit::AuditShape;
using lab::audit::Axis;
using lab::audit::CellVerdict;
using lab::audit::Switch;

AuditReport audit_batches(AuditOptions options, const AuditShape& shape) {
  options.axes = {Axis::batch};
  options.shapes = {shape};
  options.dtypes = {DType::float32};
  lab::NoProgress progress;
  return run_audit(options, progress);
}

AuditReport audit_switches(const std::vector<std::int64_t>& switches,
                           const AuditShape& shape = {.rows = 64, .columns = 8}) {
  AuditOptions options;
  options.others.push_back([switches] { return make_synthetic({.switches = switches}); });
  return audit_batches(options, shape);
}

AuditReport audit_plugin(const std::string& name) {
  AuditOptions options;
  options.plugins = {std::string(SAMEBITS_SUBJECTS) + "/" + name + ".so"};
  options.host_program = SAMEBITS_PROGRAM;
  return audit_batches(options, {.rows = 32, .columns = 1024});
}

TEST(BatchWalk, FindsTheNumberOfRows) {
  constexpr std::uint64_t kSeed = 5;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  std::vector<std::int64_t> numbers = {2,    3,    6,     256,   777,   2050,
                                       4095, 4096, 32768, 40000, 65535, 65536};
  lab::Random random(kSeed);
  for (int i = 0; i < 12; ++i) {
    numbers.push_back(2 + static_cast<std::int64_t>(random.below(65535)));
  }
  for (const std::int64_t rows : numbers) {
    const AuditReport report = audit_switches({rows});
    EXPECT_EQ(report.cells[0].verdict, CellVerdict::refuted) << rows;
    EXPECT_EQ(report.cells[0].switches, (std::vector<Switch>{{rows - 1, rows, 0}})) << rows;
    EXPECT_EQ(crossing(report.cells[0]), rows);
  }
}

TEST(BatchWalk, FindsSeveral) {
  const AuditReport report = audit_switches({300, 301, 5000});
  EXPECT_EQ(report.cells[0].switches,
            (std::vector<Switch>{{299, 300, 0}, {300, 301, 0}, {4999, 5000, 0}}));
}

TEST(BatchWalk, WideRowsAreTriedWithFewerColumns) {
  const AuditReport report = audit_switches({20000}, {.rows = 32, .columns = 2048});
  EXPECT_EQ(report.cells[0].switches, (std::vector<Switch>{{19999, 20000, 512}}));
}

TEST(BatchWalk, NoCallIsLargerThanItMayBe) {
  for (const auto& [rows, columns] :
       {std::pair<std::int64_t, std::int64_t>{2048, 4096}, {1, 1 << 26}, {100'000, 7}, {16, 600}}) {
    std::int64_t last = 0;
    for (const auto& range : lab::audit::batch_ranges(rows, columns)) {
      const std::int64_t width = range.columns == 0 ? columns : range.columns;
      ASSERT_LE(width, columns);
      EXPECT_LE(range.sizes.back() * width, std::max<std::int64_t>(rows * columns, 1 << 25));
      EXPECT_TRUE(last == 0 || range.sizes.front() == last) << "there must be no gap";
      last = range.sizes.back();
    }
    EXPECT_EQ(last, std::max<std::int64_t>(rows, 65536));
  }
}

TEST(BatchWalk, PluginsThatSwitchAreCaught) {
  const AuditReport at_777 = audit_plugin("rows_777");
  EXPECT_EQ(at_777.cells[0].switches, (std::vector<Switch>{{776, 777, 0}}));
  const AuditReport at_40000 = audit_plugin("rows_40000");
  EXPECT_EQ(at_40000.cells[0].switches, (std::vector<Switch>{{39999, 40000, 512}}));
}

TEST(BatchWalk, EveryReportNamesTheNumberAndTheSizesTried) {
  const AuditReport report = audit_switches({777});
  ASSERT_EQ(report.cells[0].switches.size(), 1u);
  const auto json = nlohmann::json::parse(render_json(report));
  EXPECT_EQ(json["cells"][0]["crossing_rows"], 777);
  EXPECT_EQ(json["cells"][0]["switches"][0]["below"], 776);
  EXPECT_EQ(json["cells"][0]["switches"][0]["from"], 777);
  const auto& tried = json["cells"][0]["tried"];
  EXPECT_EQ(std::ranges::count(tried, "776"), 1);
  EXPECT_EQ(std::ranges::count(tried, "65536"), 1);
  using lab::Language;
  for (const std::string& text :
       {render_terminal(report, Language::en, false, 10'000), render_markdown(report, Language::en),
        render_html(report, Language::en)}) {
    EXPECT_NE(text.find("between 776 and 777 rows"), std::string::npos) << text;
    EXPECT_NE(text.find("16384, 32768, 65536"), std::string::npos) << text;
  }
  EXPECT_NE(render_markdown(report, Language::zh).find("776 行与 777 行之间"), std::string::npos);
}

TEST(Tried, LabelsAreWrittenTogether) {
  using lab::audit::tried_text;
  EXPECT_EQ(tried_text({"1", "2", "3", "4"}), "1–4");
  EXPECT_EQ(tried_text({"1", "2", "7"}), "1, 2, 7");
  EXPECT_EQ(tried_text({"reversed", "x +1", "y +1", "x +4"}), "reversed; x +1, 4; y +1");
  EXPECT_EQ(tried_text({"AVX2", "SSE4", "vulkan:0"}), "AVX2; SSE4; vulkan:0");
  EXPECT_EQ(tried_text({"0 + 64", "16 + 64"}), "0, 16 + 64");
  EXPECT_EQ(tried_text({}), "");
}

}  // namespace
}  // namespace samebits::test
