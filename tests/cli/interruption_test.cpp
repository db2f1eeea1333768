// SPDX-License-Identifier: Apache-2.0
//
// A run that a signal or a full disk ends leaves whole files and no others, and says so.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "lab/random.hpp"
#include "tests/cli/program.hpp"
#include "tests/support.hpp"

extern char** environ;

namespace samebits::test {
namespace {

using Names = std::vector<std::string>;

/// The program, started in the shell of a Program and not waited for.
class Running {
 public:
  Running(const Program& samebits, const std::string& arguments) : samebits_(samebits) {
    // exec, so that the shell's process is the program's.
    std::string line = "cd " + shell_quoted(samebits.folder().string()) + " && exec " +
                       shell_quoted(SAMEBITS_PROGRAM) + " " + arguments +
                       " >.out 2>.error </dev/null";
    std::string shell = "sh";
    std::string option = "-c";
    char* const words[] = {shell.data(), option.data(), line.data(), nullptr};
    if (posix_spawnp(&child_, "sh", nullptr, nullptr, words, environ) != 0) {
      throw std::runtime_error("no shell");
    }
  }

  bool ended() {
    if (!over_ && waitpid(child_, &status_, WNOHANG) == child_) over_ = true;
    return over_;
  }
  void send(int signal) {
    if (!ended()) kill(child_, signal);
  }
  Outcome outcome() {
    if (!over_) waitpid(child_, &status_, 0);
    over_ = true;
    return {WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_),
            contents_of(samebits_.file(".out")), contents_of(samebits_.file(".error"))};
  }

 private:
  const Program& samebits_;
  pid_t child_ = -1;
  int status_ = 0;
  bool over_ = false;
};

bool holds_temporary(const Program& samebits) {
  for (const std::string& name : samebits.names()) {
    if (name.ends_with(".tmp")) return true;
  }
  return false;
}

const char* name_of_signal(int signal) {
  return signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "SIGHUP";
}

TEST(CliInterruption, WhileAFileIsWritten) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 4096, 4096, 1));
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    std::ofstream(samebits.file("y.npy")) << "old";
    Running run(samebits, "norm -i x.npy -o y.npy");
    while (!run.ended() && !holds_temporary(samebits)) {
    }
    run.send(signal);
    const Outcome outcome = run.outcome();
    EXPECT_EQ(samebits.names(), (Names{"x.npy", "y.npy"}));
    ASSERT_EQ(outcome.status, 128 + signal) << "it had ended before the signal came";
    EXPECT_EQ(outcome.error, "samebits: interrupted by " + std::string(name_of_signal(signal)) +
                                 "; no unfinished file is left\n");
    EXPECT_EQ(contents_of(samebits.file("y.npy")), "old");
  }
}

/// Ends `arguments` at random points of its `seconds`; calls `check` after each.
template <class Check>
void end_at_random(const Program& samebits, const std::string& arguments, int trials,
                   const Check& check) {
  lab::Random random(seed());
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(samebits(arguments).status, 0);
  const auto length = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  for (int trial = 0; trial < trials; ++trial) {
    Running run(samebits, arguments);
    const auto bound = static_cast<std::uint64_t>(length.count()) + 1;
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(bound)));
    run.send(random.below(2) == 0 ? SIGINT : SIGTERM);
    const Outcome outcome = run.outcome();
    EXPECT_FALSE(holds_temporary(samebits)) << "trial " << trial << ", seed " << seed();
    check(outcome.status == 0);
  }
}

TEST(CliInterruption, AtAnyPointOfNorm) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 1024, 4096, 1));
  const std::string files = "norm -i x.npy --residual x.npy -o y.npy --residual-output h.npy";
  ASSERT_EQ(samebits(files).status, 0);
  const std::string y = contents_of(samebits.file("y.npy"));
  const std::string h = contents_of(samebits.file("h.npy"));
  end_at_random(samebits, files, 30, [&](bool finished) {
    // Both files or neither.
    const bool has_y = std::filesystem::exists(samebits.file("y.npy"));
    EXPECT_EQ(has_y, std::filesystem::exists(samebits.file("h.npy")));
    EXPECT_TRUE(has_y || !finished);
    if (!has_y) return;
    EXPECT_TRUE(contents_of(samebits.file("y.npy")) == y);
    EXPECT_TRUE(contents_of(samebits.file("h.npy")) == h);
    std::filesystem::remove(samebits.file("y.npy"));
    std::filesystem::remove(samebits.file("h.npy"));
  });
}

TEST(CliInterruption, AtAnyPointOfCompare) {
  const Program samebits;
  end_at_random(samebits, "compare --device cpu --shape 2x8 --repeats 1 -o out", 20, [&](bool) {
    // All three files or none.
    const bool first = std::filesystem::exists(samebits.file("out/report.json"));
    EXPECT_EQ(first, std::filesystem::exists(samebits.file("out/report.md")));
    EXPECT_EQ(first, std::filesystem::exists(samebits.file("out/report.html")));
    std::filesystem::remove_all(samebits.file("out"));
  });
}

TEST(CliInterruption, AtAnyPointOfAudit) {
  const Program samebits;
  const std::string audit =
      "audit --method exact,adaptive --device cpu --shape 300x64 --dtype f32 --axis batch -o out";
  end_at_random(samebits, audit, 20, [&](bool) {
    const bool first = std::filesystem::exists(samebits.file("out/audit.json"));
    EXPECT_EQ(first, std::filesystem::exists(samebits.file("out/audit.md")));
    EXPECT_EQ(first, std::filesystem::exists(samebits.file("out/audit.html")));
    std::filesystem::remove_all(samebits.file("out"));
  });
}

TEST(CliInterruption, WhoeverIgnoresASignalGoesOn) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 4096, 4096, 1));
  const Outcome outcome = samebits.shell(
      "trap '' HUP; samebits norm -i x.npy -o y.npy & child=$!; sleep 0.05; kill -HUP $child; "
      "wait $child");
  EXPECT_EQ(outcome.status, 0) << outcome.error;
  EXPECT_EQ(samebits.names(), (Names{"x.npy", "y.npy"}));
}

TEST(CliFullDisk, LeavesWhatWasThereAndSaysSo) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 64, 64, 1));
  std::ofstream(samebits.file("y.npy")) << "old";
  // A limit on file sizes, in blocks of 512 or 1024 bytes, is a full disk for root too.
  for (const char* command : {"norm -i x.npy -o y.npy",
                              "norm -i x.npy --residual x.npy -o y.npy "
                              "--residual-output h.npy"}) {
    const Outcome outcome = samebits.shell("ulimit -f 8; samebits " + std::string(command));
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.error, "samebits: y.npy: cannot be written: File too large\n");
    EXPECT_EQ(contents_of(samebits.file("y.npy")), "old");
    EXPECT_EQ(samebits.names(), (Names{"x.npy", "y.npy"}));
  }
  const Outcome report =
      samebits.shell("ulimit -f 8; samebits compare --device cpu --shape 2x8 --repeats 1 -o out");
  EXPECT_EQ(report.status, 2);
  EXPECT_NE(report.error.find("out/report.json: cannot be written: File too large"),
            std::string::npos)
      << report.error;
  EXPECT_EQ(samebits.names(), (Names{"out", "x.npy", "y.npy"}));
}

TEST(CliFullDisk, AReaderThatLeavesIsNoTrace) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 1024, 1024, 1));
  const Outcome outcome = samebits.shell(
      "samebits norm -i x.npy --residual x.npy -o - --residual-output h.npy | head -c 9 >part");
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(samebits.names(), (Names{"part", "x.npy"}));
}

}  // namespace
}  // namespace samebits::test
