// SPDX-License-Identifier: Apache-2.0
#include "io/interruption.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <string_view>
#include <vector>

namespace samebits::io {
namespace {

struct Interruption {
  int signal;
  std::string_view name;
};
constexpr std::array kInterruptions = {
    Interruption{SIGHUP, "SIGHUP"},   Interruption{SIGINT, "SIGINT"},
    Interruption{SIGQUIT, "SIGQUIT"}, Interruption{SIGTERM, "SIGTERM"},
    Interruption{SIGXCPU, "SIGXCPU"}, Interruption{SIGPIPE, "SIGPIPE"}};

// A lock that a signal handler may wait for: whoever holds it has these signals blocked, so that
// the handler never interrupts the holder itself. A mutex may not be taken in a handler.
std::atomic_flag busy = ATOMIC_FLAG_INIT;

// Read and changed by the holder of `busy` only. Never destroyed: a signal may come at any time.
std::vector<std::string>& unfinished() {
  static auto* const names = new std::vector<std::string>;
  return *names;
}

pid_t owner = 0;  // a forked child has no files of its own to remove
bool on_terminal = false;

sigset_t interruptions() {
  sigset_t set;
  sigemptyset(&set);
  for (const Interruption& one : kInterruptions) sigaddset(&set, one.signal);
  return set;
}

void wait_until_idle() {
  while (busy.test_and_set(std::memory_order_acquire)) {
  }
}

void say(std::string_view text) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

void report(int signal) {
  if (signal == SIGPIPE) return;     // the reader went away on purpose, as `head` does
  if (on_terminal) say("\r\033[K");  // over the line that shows progress
  say("samebits: interrupted by ");
  for (const Interruption& one : kInterruptions) {
    if (one.signal == signal) say(one.name);
  }
  say("; no unfinished file is left\n");
}

// Only what POSIX allows in a handler: unlink, write, signal, raise. The lock is kept, so that no
// other thread begins a new file in the time that is left.
extern "C" void samebits_on_interruption(int signal) {
  if (getpid() == owner) {
    wait_until_idle();
    for (const std::string& name : unfinished()) unlink(name.c_str());
    report(signal);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);  // pending until the handler returns
}

void handle(int signal) {
  struct sigaction action {};
  if (sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = samebits_on_interruption;
  action.sa_mask = interruptions();
  sigaction(signal, &action, nullptr);
}

}  // namespace

void remove_unfinished_when_interrupted() {
  owner = getpid();
  on_terminal = isatty(STDERR_FILENO) != 0;
  unfinished();
  std::signal(SIGXFSZ, SIG_IGN);
  for (const Interruption& one : kInterruptions) handle(one.signal);
}

Uninterrupted::Uninterrupted() : before_{} {
  const sigset_t set = interruptions();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  wait_until_idle();
}

Uninterrupted::~Uninterrupted() {
  busy.clear(std::memory_order_release);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Uninterrupted::add_unfinished(const std::string& name) {
  unfinished().push_back(name);
}

void Uninterrupted::forget_unfinished(const std::string& name) {
  std::erase(unfinished(), name);
}

}  // namespace samebits::io
