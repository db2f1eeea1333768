// SPDX-License-Identifier: Apache-2.0
//
// Other people's libraries: the good ones are judged, the bad ones reported, and the audit goes on.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "lab/audit/audit.hpp"

namespace samebits::test {
namespace {

using lab::audit::AuditOptions;
using lab::audit::AuditReport;
using lab::audit::Axis;
using lab::audit::Cell;
using lab::audit::CellVerdict;
using lab::audit::Fault;

const std::string kSubjects = SAMEBITS_SUBJECTS;  // a folder

AuditOptions small_audit(const std::string& plugin) {
  AuditOptions options;
  options.plugins = {kSubjects + "/" + plugin + ".so"};
  options.host_program = SAMEBITS_PROGRAM;
  options.shapes = {{.rows = 520, .columns = 2048}};
  options.dtypes = {DType::float32};
  options.trials = 4;
  return options;
}

AuditReport run(const AuditOptions& options) {
  lab::NoProgress progress;
  return run_audit(options, progress);
}

std::set<Axis> refuted(const AuditReport& report) {
  std::set<Axis> axes;
  for (const Cell& cell : report.cells) {
    if (cell.verdict == CellVerdict::refuted) axes.insert(cell.axis);
  }
  return axes;
}

TEST(Plugin, PlainLoopDependsOnOrderAndRounding) {
  const AuditReport report = run(small_audit("plain_loop"));
  EXPECT_EQ(refuted(report), (std::set{Axis::columns, Axis::environment}));
  EXPECT_TRUE(report.failures.empty());
}

/// In place is left out: a compiler may vectorize the sum only where x and y are apart.
TEST(Plugin, FastMathDependsOnOrderAndRounding) {
  const AuditReport report = run(small_audit("fast_math"));
  std::set<Axis> axes = refuted(report);
  axes.erase(Axis::in_place);
  EXPECT_EQ(axes, (std::set{Axis::columns, Axis::environment}));
  EXPECT_TRUE(report.failures.empty());
}

TEST(Plugin, RowsDependentBlockIsNotBatchInvariant) {
  const AuditReport report = run(small_audit("rows_dependent_block"));
  EXPECT_EQ(refuted(report),
            (std::set{Axis::batch, Axis::chunk, Axis::prefill, Axis::columns, Axis::environment}));
  for (const Cell& cell : report.cells) {
    if (cell.axis == Axis::batch) {
      EXPECT_EQ(crossing(cell), 256);
    }
  }
}

TEST(Plugin, WhatItCannotVaryIsNotPassed) {
  const AuditReport report = run(small_audit("plain_loop"));
  EXPECT_FALSE(unmet(report, {Axis::threads}).empty());
  EXPECT_FALSE(unmet(report, {Axis::streams, Axis::device}).empty());
  EXPECT_TRUE(unmet(report, {Axis::batch}).empty());
}

struct BadCase {
  const char* library;
  Fault fault;
  const char* message;
};

void PrintTo(const BadCase& bad, std::ostream* out) {
  *out << bad.library;
}

class BadPlugin : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadPlugin, IsReportedByNameAndTheAuditGoesOn) {
  AuditOptions options = small_audit(GetParam().library);
  options.plugins.push_back(kSubjects + "/plain_loop.so");
  options.shapes = {{.rows = 20, .columns = 64}};
  options.axes = {Axis::repeat, Axis::batch, Axis::alignment};
  options.call_seconds = 1.0;
  const AuditReport report = run(options);
  ASSERT_GE(report.failures.size(), 1u);
  const auto& failure = report.failures.front();
  EXPECT_EQ(name_of(failure.fault), name_of(GetParam().fault)) << failure.message;
  EXPECT_NE(failure.message.find(GetParam().message), std::string::npos) << failure.message;
  EXPECT_NE(failure.subject.find(GetParam().library), std::string::npos) << failure.subject;
  ASSERT_FALSE(report.subjects.empty());
  EXPECT_EQ(report.subjects.back().name, "plain-loop");
  ASSERT_FALSE(report.cells.empty());
  EXPECT_EQ(report.cells.back().verdict, CellVerdict::invariant);
  // A call that gave no bits is no evidence that they stay the same.
  for (const Cell& cell : report.cells) {
    if (!cell.reason.empty()) {
      EXPECT_NE(cell.verdict, CellVerdict::invariant) << cell.subject << " " << name_of(cell.axis);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadPlugin,
    ::testing::Values(BadCase{"bad_crash", Fault::crash, "signal 6"},
                      BadCase{"bad_hang", Fault::hang, "did not return within 1 s"},
                      BadCase{"bad_past_end", Fault::out_of_bounds, "past the end of y"},
                      BadCase{"bad_between_rows", Fault::out_of_bounds, "between the rows"},
                      BadCase{"bad_writes_input", Fault::out_of_bounds, "wrote to its input x"},
                      BadCase{"bad_wrong_version", Fault::wrong_version, "version 99"},
                      BadCase{"bad_error_status", Fault::error_status, "status 42"},
                      BadCase{"bad_exits", Fault::crash, "status 3"},
                      BadCase{"bad_before_start", Fault::out_of_bounds, "outside its operands"},
                      BadCase{"bad_hangs_on_load", Fault::hang, "while it was loaded"},
                      BadCase{"bad_exits_on_load", Fault::crash, "status 5 while it was loaded"},
                      BadCase{"bad_sends_noise", Fault::crash, "tampered with"},
                      BadCase{"bad_sends_odd_reply", Fault::crash, "tampered with"},
                      BadCase{"bad_sends_fault", Fault::crash, "tampered with"},
                      BadCase{"bad_closes_socket", Fault::crash, "tampered with"}),
    [](const auto& test) { return std::string(test.param.library); });

TEST(Plugin, GetsNoFileOfTheAudit) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);  // which any program would inherit
  AuditOptions options = small_audit("bad_open_files");
  options.plugins.push_back(kSubjects + "/plain_loop.so");  // a second host beside the first
  options.plugins.push_back(options.plugins.front());
  options.axes = {Axis::repeat};
  const AuditReport report = run(options);
  for (const int fd : pipe_ends) close(fd);
  EXPECT_TRUE(report.failures.empty()) << report.failures.front().message;
  EXPECT_EQ(report.subjects.size(), 3u);
}

TEST(Plugin, AHostThatCannotBeStartedIsNoFaultOfThePlugin) {
  AuditOptions options = small_audit("plain_loop");
  options.host_program = "/nowhere/samebits";
  EXPECT_THROW(run(options), Error);
}

TEST(Plugin, ItsEndIsToldWhereChildrenWereIgnored) {
  const std::string folder = ::testing::TempDir() + "/samebits ignored";
  const std::string library = kSubjects + "/bad_exits.so";
  const std::string errors = folder + ".txt";
  const pid_t program = fork();
  if (program == 0) {
    signal(SIGCHLD, SIG_IGN);  // as some shells and services leave it to what they start
    dup2(open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    execl(SAMEBITS_PROGRAM, "samebits", "audit", "--plugin", library.c_str(), "--axis", "batch",
          "--shape", "20x64", "--quiet", "-o", folder.c_str(), nullptr);
    _exit(127);
  }
  waitpid(program, nullptr, 0);
  std::stringstream text;
  text << std::ifstream(errors).rdbuf();
  EXPECT_NE(text.str().find("ended its process with status 3"), std::string::npos) << text.str();
  std::filesystem::remove_all(folder);
  std::filesystem::remove(errors);
}

#if defined(__linux__)

/// The process number of a child of `parent`; 0: there is none.
pid_t child_of(pid_t parent) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    std::string field;
    pid_t its_parent = 0;
    std::ifstream status(entry.path() / "status");
    while (status >> field && field != "PPid:") {
    }
    if (status >> its_parent && its_parent == parent) return std::stoi(name);
  }
  return 0;
}

/// It has ended, though perhaps nobody has waited for it.
bool has_ended(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::string field;
  std::string state;
  while (status >> field && field != "State:") {
  }
  return !(status >> state) || state == "Z" || state == "X";
}

template <class Condition>
bool within_seconds(int seconds, const Condition& condition) {
  for (int i = 0; i < 100 * seconds; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// Without a chance to say goodbye, and while the plugin hangs.
TEST(Plugin, EndsWithTheAudit) {
  const std::string library = kSubjects + "/bad_hangs_on_load.so";
  const pid_t program = fork();
  if (program == 0) {
    execl(SAMEBITS_PROGRAM, "samebits", "audit", "--plugin", library.c_str(), "--timeout", "600",
          "--quiet", nullptr);
    _exit(127);
  }
  ASSERT_GT(program, 0);
  pid_t host = 0;
  EXPECT_TRUE(within_seconds(20, [&] { return (host = child_of(program)) != 0; }));
  EXPECT_TRUE(within_seconds(20, [&] {
    std::stringstream maps;
    maps << std::ifstream("/proc/" + std::to_string(host) + "/maps").rdbuf();
    return maps.str().find(library) != std::string::npos;
  }));
  kill(program, SIGKILL);
  waitpid(program, nullptr, 0);
  EXPECT_NE(host, 0);
  EXPECT_TRUE(within_seconds(20, [&] { return has_ended(host); }));
}

#endif

TEST(Plugin, AFileThatIsNoLibraryIsReported) {
  AuditOptions options = small_audit("no_such_file");
  const AuditReport report = run(options);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].fault, Fault::cannot_load);
  EXPECT_TRUE(report.cells.empty());
}

}  // namespace
}  // namespace samebits::test
