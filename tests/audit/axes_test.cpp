// SPDX-License-Identifier: Apache-2.0
//
// Each axis finds what breaks it, and blames no other.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lab/audit/render.hpp"
#include "tests/audit/synthetic.hpp"

namespace samebits::test {
namespace {

using lab::audit::AuditOptions;
using lab::audit::AuditReport;
using lab::audit::Axis;
using lab::audit::Cell;
using lab::audit::CellVerdict;

AuditReport audit_synthetic(std::optional<Axis> broken) {
  AuditOptions options;
  options.others.push_back([broken] { return make_synthetic({.broken = broken}); });
  options.shapes = {{.rows = 1100, .columns = 8}};
  options.dtypes = {DType::float32};
  options.trials = 12;
  lab::NoProgress progress;
  return run_audit(options, progress);
}

std::vector<std::string> refuted(const AuditReport& report) {
  std::vector<std::string> names;
  for (const Cell& cell : report.cells) {
    // Random settings of other axes may meet the value that is broken on one.
    if (cell.axis == Axis::together) continue;
    if (cell.verdict == CellVerdict::refuted) names.emplace_back(name_of(cell.axis));
  }
  return names;
}

TEST(Axes, AnInvariantSubjectIsInvariantOnAll) {
  const AuditReport report = audit_synthetic(std::nullopt);
  ASSERT_EQ(report.cells.size(), lab::audit::all_axes().size());
  for (const Cell& cell : report.cells) {
    EXPECT_EQ(name_of(cell.verdict), "invariant")
        << name_of(cell.axis) << cell.reason.in(lab::Language::en);
    EXPECT_EQ(cell.distinct_outputs, 1);
    EXPECT_GT(cell.variations, 0);
    EXPECT_GT(cell.values, 0);
  }
  const auto all = lab::audit::all_axes();
  EXPECT_TRUE(unmet(report, {all.begin(), all.end()}).empty());
}

class BrokenAxis : public ::testing::TestWithParam<Axis> {};

TEST_P(BrokenAxis, IsRefutedThereAndNowhereElse) {
  const AuditReport report = audit_synthetic(GetParam());
  if (GetParam() == Axis::repeat) {
    const auto& cell = report.cells.front();
    EXPECT_EQ(cell.verdict, CellVerdict::refuted);
    EXPECT_TRUE(cell.races);
    // Whoever does not repeat itself keeps no promise.
    EXPECT_FALSE(unmet(report, {Axis::alignment}).empty());
    return;
  }
  EXPECT_EQ(refuted(report), std::vector<std::string>{std::string(name_of(GetParam()))});
  EXPECT_EQ(unmet(report, {GetParam()}).size(), 1u);
  EXPECT_TRUE(unmet(report, {Axis::repeat}).empty());
}

std::vector<Axis> breakable() {
  std::vector<Axis> axes(lab::audit::all_axes().begin(), lab::audit::all_axes().end());
  std::erase(axes, Axis::together);
  return axes;
}

INSTANTIATE_TEST_SUITE_P(All, BrokenAxis, ::testing::ValuesIn(breakable()), [](const auto& test) {
  std::string name(name_of(test.param));
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Axes, TheSameSeedDoesTheSame) {
  const auto labels = [](const AuditReport& report) {
    std::vector<std::string> all;
    for (const Cell& cell : report.cells) {
      all.push_back(std::to_string(cell.values));
      all.insert(all.end(), cell.moved_at.begin(), cell.moved_at.end());
    }
    return all;
  };
  EXPECT_EQ(labels(audit_synthetic(Axis::batch)), labels(audit_synthetic(Axis::batch)));
}

TEST(Axes, ExactIsInvariantOnASmallAudit) {
  AuditOptions options;
  options.methods = {Method::exact};
  options.devices = {"cpu"};
  options.shapes = {{.rows = 300, .columns = 64}};
  options.dtypes = {DType::float32, DType::float16, DType::bfloat16};
  options.trials = 10;
  lab::NoProgress progress;
  const AuditReport report = run_audit(options, progress);
  EXPECT_TRUE(refuted(report).empty());
  EXPECT_TRUE(report.failures.empty());
}

TEST(Axes, OptionsWithoutEffectAreNamed) {
  AuditOptions options;
  options.others.push_back([] { return make_synthetic({}); });
  options.axes = {Axis::position};
  options.shapes = {{.rows = 4, .columns = 4}};
  options.dtypes = {DType::float32};
  lab::NoProgress progress;
  EXPECT_TRUE(run_audit(options, progress).unused.empty());
  options.devices = {"cpu", "vulkan"};
  options.trials = 3;
  options.minutes = 1.0;
  options.terms.residual_mode = ResidualMode::unrounded;
  const AuditReport report = run_audit(options, progress);
  EXPECT_EQ(report.unused,
            (std::vector<std::string>{"--device", "--trials", "--minutes", "--residual-mode"}));
  const std::string names = "--device, --trials, --minutes, --residual-mode";
  EXPECT_NE(render_terminal(report, lab::Language::en, false, 160).find(names), std::string::npos);
  EXPECT_NE(render_html(report, lab::Language::zh).find(names), std::string::npos);
}

TEST(Axes, AdaptiveCrosses256Rows) {
  AuditOptions options;
  options.methods = {Method::adaptive};
  options.devices = {"cpu"};
  options.axes = {Axis::repeat, Axis::batch};
  options.shapes = {{.rows = 600, .columns = 4096}};
  options.dtypes = {DType::float32};
  options.trials = 5;
  lab::NoProgress progress;
  const AuditReport report = run_audit(options, progress);
  ASSERT_EQ(report.cells.size(), 2u);
  EXPECT_EQ(report.cells[0].verdict, CellVerdict::invariant);
  EXPECT_EQ(report.cells[1].verdict, CellVerdict::refuted);
  EXPECT_EQ(crossing(report.cells[1]), 256);
}

}  // namespace
}  // namespace samebits::test
