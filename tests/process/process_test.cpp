// SPDX-License-Identifier: Apache-2.0
//
// The library as a guest in a process: threads that cannot be started, fork() at any moment, and
// the program's end while a call runs. Right bits each time, and the process lives.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <csignal>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

#include "process/child.hpp"
#include "samebits/testing.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kRows = 64;
constexpr std::int64_t kColumns = 16384;  // 4 MiB: 16 blocks for the threads to share

/// One call's data; y is poisoned before each call.
class Rows {
 public:
  Rows() : x_(kRows * kColumns), y_(kRows * kColumns) {
    std::uint32_t state = 1;
    for (float& v : x_) {
      state = state * 1664525u + 1013904223u;
      v = static_cast<float>(state >> 8) * 0x1p-22f - 2.0f;
    }
  }

  const std::vector<float>& run(Method method, int threads, std::int64_t rows = kRows) {
    std::memset(y_.data(), 0xA5, y_.size() * sizeof(float));
    testing::run({.x = view(std::as_const(x_).data(), rows, kRows * kColumns / rows),
                  .y = view(y_.data(), rows, kRows * kColumns / rows)},
                 {.method = method, .threads = threads});
    return y_;
  }

 private:
  std::vector<float> x_, y_;
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// For a child: 0 if many threads give the bits that one gave before the fork.
int compare_with(const std::vector<float>& expected, int threads) {
  Rows rows;
  return same_bits(rows.run(Method::exact, threads), expected) ? 0 : 1;
}

std::vector<float> answer_of_one_thread() {
  Rows rows;
  return rows.run(Method::exact, 1);
}

/// Limits this process's memory to what it has and `bytes` more.
void limit_memory(std::uint64_t bytes) {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  const rlim_t limit = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit both{limit, limit};
  if (setrlimit(RLIMIT_AS, &both) != 0) _exit(90);
}

/// Forbids this process any further thread. The limit does not bind root, who becomes nobody.
void forbid_threads() {
  constexpr uid_t kNobody = 65534;
  if (getuid() == 0 && setuid(kNobody) != 0) _exit(91);
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_NPROC, &none) != 0) _exit(92);
}

/// For a child: every method with `threads` asked for. 0 if all return and exact has its bits.
int run_all_methods(Rows& rows, const std::vector<float>& expected, int threads) {
  for (const Method method : all_methods()) {
    const auto& y = rows.run(method, threads);
    if (method == Method::exact && !same_bits(y, expected)) return 1;
    if (std::memchr(&y.back(), 0xA5, 1) != nullptr) return 2;
  }
  rows.run(Method::exact, threads, 1);  // one long row, split
  return same_bits(rows.run(Method::exact, threads), expected) ? 0 : 3;
}

TEST(Process, GoesOnWhereNoThreadCanBeStarted) {
  const auto expected = answer_of_one_thread();
  for (const int threads : {2, 7, 64, 1024}) {
    EXPECT_EQ(in_child(20,
                       [&] {
                         Rows rows;
                         forbid_threads();
                         return run_all_methods(rows, expected, threads);
                       }),
              "exit 0")
        << threads << " threads";
  }
}

TEST(Process, GoesOnWithTheThreadsThatMemoryAllows) {
  const auto expected = answer_of_one_thread();
  for (const std::uint64_t stacks : {1, 3, 40}) {
    EXPECT_EQ(in_child(20,
                       [&] {
                         Rows rows;
                         limit_memory((stacks << 23) + (1 << 22));
                         return run_all_methods(rows, expected, 64);
                       }),
              "exit 0")
        << stacks << " stacks";
  }
}

TEST(Process, ForkedChildComputes) {
  const auto expected = answer_of_one_thread();
  EXPECT_EQ(compare_with(expected, 4), 0);
  EXPECT_EQ(in_child(20, [&] { return compare_with(expected, 4); }), "exit 0");
  // And the child's child, and the parent again.
  EXPECT_EQ(
      in_child(20,
               [&] {
                 if (compare_with(expected, 3) != 0) return 1;
                 return in_child(10, [&] { return compare_with(expected, 4); }) == "exit 0" ? 0 : 2;
               }),
      "exit 0");
  EXPECT_EQ(compare_with(expected, 4), 0);
}

/// Calls the library from `count` threads until it is destroyed.
class Callers {
 public:
  explicit Callers(int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, i] {
        Rows rows;
        while (!stop_) rows.run(Method::exact, 2 + i);
      });
    }
  }
  ~Callers() { stop_ = true; }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::jthread> threads_;
};

TEST(Process, ForkWhileOtherThreadsAreInCalls) {
  const auto expected = answer_of_one_thread();
  constexpr int kForks = 100;
  const Callers callers(3);
  for (int i = 0; i < kForks; ++i) {
    ASSERT_EQ(in_child(20, [&] { return compare_with(expected, 3); }), "exit 0") << "fork " << i;
  }
}

TEST(Process, ChildOfAThreadInItsFirstCallComputes) {
  // The first call of all is when one-time set-up may be under way in the parent.
  const auto expected = answer_of_one_thread();
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(in_child(20,
                       [&] {
                         const Callers callers(2);
                         std::this_thread::sleep_for(std::chrono::microseconds(50 * i));
                         return in_child(10, [&] { return compare_with(expected, 3); }) == "exit 0"
                                    ? 0
                                    : 1;
                       }),
              "exit 0")
        << i;
  }
}

TEST(Process, EndsWhileCallsRun) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(in_child(20,
                       [&]() -> int {
                         new Callers(3);  // never joined: they are in calls when exit() runs
                         std::this_thread::sleep_for(std::chrono::milliseconds(5 + i));
                         std::exit(7);
                       }),
              "exit 7")
        << i;
  }
}

TEST(Process, SignalsOfTheHostStayOnItsThreads) {
  EXPECT_EQ(in_child(20,
                     [&] {
                       static std::atomic<bool> elsewhere = false;
                       static pthread_t host;
                       host = pthread_self();
                       signal(SIGUSR1, [](int) {
                         if (!pthread_equal(pthread_self(), host)) elsewhere = true;
                       });
                       Rows rows;
                       rows.run(Method::exact, 8);
                       sigset_t one;
                       sigemptyset(&one);
                       sigaddset(&one, SIGUSR1);
                       // Blocked here, the signal goes to any thread that has it open.
                       pthread_sigmask(SIG_BLOCK, &one, nullptr);
                       kill(getpid(), SIGUSR1);
                       std::this_thread::sleep_for(std::chrono::milliseconds(20));
                       return elsewhere ? 1 : 0;
                     }),
            "exit 0");
}

}  // namespace
}  // namespace samebits::test
