// SPDX-License-Identifier: Apache-2.0
//
// Every call that a subject gets is compared with one that must have the same bits, whatever it is
// made for.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "lab/audit/evidence.hpp"
#include "lab/audit/render.hpp"
#include "lab/audit/words.hpp"
#include "lab/random.hpp"
#include "tests/audit/synthetic.hpp"

namespace samebits::test {
namespace {

namespace fs = std::filesystem;
using lab::audit::AuditOptions;
using lab::audit::AuditReport;
using lab::audit::Axis;
using lab::audit::Cell;
using lab::audit::CellVerdict;

AuditReport audit_synthetic(const Behaviour& behaviour, std::vector<Axis> axes = {}) {
  AuditOptions options;
  options.others.push_back([behaviour] { return make_synthetic(behaviour); });
  options.axes = std::move(axes);
  options.shapes = {{.rows = 6, .columns = 4}};
  options.dtypes = {DType::float32};
  options.trials = 3;
  lab::NoProgress progress;
  return run_audit(options, progress);
}

bool any_refuted(const AuditReport& report) {
  return std::ranges::count(report.cells, CellVerdict::refuted, &Cell::verdict) > 0;
}

const Cell& cell_of(const AuditReport& report, Axis axis) {
  return *std::ranges::find(report.cells, axis, &Cell::axis);
}

TEST(EveryCall, OneCallWithOtherBitsIsSeenWhicheverItIs) {
  std::int64_t calls = 0;
  ASSERT_FALSE(any_refuted(audit_synthetic({.calls = &calls})));
  ASSERT_GT(calls, 100);
  constexpr std::int64_t kEnds = 12;
  constexpr int kBetween = 30;
  constexpr std::uint64_t kSeed = 20261125;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed << ", " << calls << " calls");
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < kEnds; ++i) {
    numbers.push_back(1 + i);
    numbers.push_back(calls - i);
  }
  lab::Random random(kSeed);
  for (int i = 0; i < kBetween; ++i) {
    numbers.push_back(1 +
                      static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(calls))));
  }
  for (const std::int64_t number : numbers) {
    EXPECT_TRUE(any_refuted(audit_synthetic({.odd_call = number}))) << "call " << number;
  }
}

TEST(EveryCall, FirstCallsAreComparedOnEachAxis) {
  for (const Axis axis : {Axis::repeat, Axis::batch, Axis::alignment, Axis::threads}) {
    for (const std::int64_t first : {1, 3, 6}) {
      const AuditReport report = audit_synthetic({.first_calls = first}, {axis});
      EXPECT_TRUE(any_refuted(report)) << name_of(axis) << ", the first " << first;
      EXPECT_FALSE(unmet(report, {axis}).empty());
    }
  }
}

TEST(EveryCall, RepeatIsRefutedByACallThatWasMadeForSpeed) {
  std::int64_t calls = 0;
  audit_synthetic({.calls = &calls}, {Axis::repeat, Axis::position});
  // The last call of all repeats the first, and those before it measure speed.
  const AuditReport report =
      audit_synthetic({.odd_call = calls - 2}, {Axis::repeat, Axis::position});
  EXPECT_EQ(cell_of(report, Axis::repeat).verdict, CellVerdict::refuted);
  EXPECT_TRUE(cell_of(report, Axis::repeat).contradicted);
  EXPECT_EQ(cell_of(report, Axis::position).verdict, CellVerdict::invariant);
  EXPECT_FALSE(unmet(report, {Axis::position}).empty());
  for (const auto language : {lab::Language::en, lab::Language::zh}) {
    EXPECT_FALSE(finding(cell_of(report, Axis::repeat), language).empty());
  }
}

TEST(EveryCall, CallersAtTheSameTimeAreCompared) {
  const AuditReport report =
      audit_synthetic({.other_callers = true}, {Axis::repeat, Axis::streams});
  EXPECT_EQ(cell_of(report, Axis::repeat).verdict, CellVerdict::invariant);
  EXPECT_EQ(cell_of(report, Axis::streams).verdict, CellVerdict::refuted);
}

struct Changing {
  const char* library;
  const char* finding;  ///< of `repeat`
};

void PrintTo(const Changing& changing, std::ostream* out) {
  *out << changing.library;
}

class ChangingPlugin : public ::testing::TestWithParam<Changing> {
 protected:
  ChangingPlugin() {
    std::string name = (fs::temp_directory_path() / "samebits audit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ChangingPlugin() override { fs::remove_all(folder_); }

  AuditReport audit(std::vector<Axis> axes) const {
    AuditOptions options;
    options.plugins = {std::string(SAMEBITS_SUBJECTS) + "/" + GetParam().library + ".so"};
    options.host_program = SAMEBITS_PROGRAM;
    options.axes = std::move(axes);
    options.shapes = {{.rows = 40, .columns = 16}};
    options.dtypes = {DType::float32};
    options.trials = 12;
    options.output = folder_.string();
    lab::NoProgress progress;
    return run_audit(options, progress);
  }

  fs::path folder_;
};

TEST_P(ChangingPlugin, DoesNotRepeatItselfAndReplays) {
  const AuditReport report = audit({Axis::repeat, Axis::position, Axis::columns});
  ASSERT_TRUE(report.failures.empty());
  const Cell& cell = report.cells.front();
  EXPECT_EQ(cell.verdict, CellVerdict::refuted);
  EXPECT_TRUE(cell.races);
  const std::string words = finding(cell, lab::Language::en);
  EXPECT_NE(words.find(GetParam().finding), std::string::npos) << words;
  ASSERT_FALSE(cell.evidence.empty());
  const auto evidence = lab::audit::read_evidence((folder_ / cell.evidence).string());
  const auto replay = lab::audit::replay(evidence, "", 1000, SAMEBITS_PROGRAM);
  EXPECT_TRUE(replay.reproduced);
}

INSTANTIATE_TEST_SUITE_P(
    All, ChangingPlugin,
    ::testing::Values(Changing{"first_1", "first calls are different, 1 of them"},
                      Changing{"first_3", "first calls are different, 3 of them"},
                      Changing{"first_6", "first calls are different, 6 of them"},
                      Changing{"late_20", "when it was made again later"},
                      Changing{"each_thread", "Moved at: new thread 1, new thread 2"},
                      Changing{"each_process", "Moved at: new process 1, new process 2"}),
    [](const auto& test) { return std::string(test.param.library); });

}  // namespace
}  // namespace samebits::test
