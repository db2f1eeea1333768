// SPDX-License-Identifier: Apache-2.0
//
// The forked side of a plugin subject. The keeper is forked once, early, and never runs the
// plugin's code; a worker loads the library and serves calls until it ends, one way or another.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <thread>

#include "lab/audit/plugin_wire.hpp"

namespace samebits::lab::audit::wire {
namespace {

LastWords* last_words = nullptr;

void on_fault(int signal, siginfo_t* info, void* /*context*/) {
  last_words->signal = signal;
  last_words->address = info->si_addr;
  ::signal(signal, SIG_DFL);
  raise(signal);
}

/// A stack of its own for the handler: the fault may be that the other one is used up.
void catch_faults() {
  static std::byte stack[64 * 1024];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof(stack);
  sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS}) sigaction(signal, &action, nullptr);
}

void die_with_parent() {
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

/// The plugin gets nothing of ours: no open files, nothing to print to, no core dump.
void shut_doors(const ChildEnds& ends) {
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3 && null >= 0; ++fd) dup2(null, fd);
  constexpr int kMostFiles = 1024;
  for (int fd = 3; fd < kMostFiles; ++fd) {
    if (fd != ends.work && fd != ends.control) close(fd);
  }
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

template <std::size_t kSize>
void copy_text(std::array<char, kSize>& to, const char* from) {
  if (from == nullptr) return;
  std::snprintf(to.data(), to.size(), "%s", from);
}

template <class Packet>
bool send_packet(int fd, const Packet& packet) {
  return send(fd, &packet, sizeof(packet), MSG_NOSIGNAL) == ssize_t{sizeof(packet)};
}

template <class Packet>
bool receive_packet(int fd, Packet& packet) {
  ssize_t size = -1;
  do {
    size = recv(fd, &packet, sizeof(packet), 0);
  } while (size < 0 && errno == EINTR);
  return size == ssize_t{sizeof(packet)};
}

using RunFunction = int (*)(const samebits_subject_call_t*);

/// Loads the library and looks at its description. Returns null where the hello says why.
RunFunction load(const char* path, Hello& hello) {
  // Without a slash dlopen would search the system's folders.
  char here[4096];
  std::snprintf(here, sizeof(here), "%s%s", std::strchr(path, '/') != nullptr ? "" : "./", path);
  set_float_state({});
  void* const library = dlopen(here, RTLD_NOW | RTLD_LOCAL);
  hello.state_after_load = float_state();
  set_float_state({});
  if (library == nullptr) {
    copy_text(hello.error, dlerror());
    return nullptr;
  }
  const auto* const description = static_cast<const samebits_subject_description_t*>(
      dlsym(library, "samebits_subject_description"));
  void* const run = dlsym(library, "samebits_subject_run");
  if (description == nullptr || run == nullptr) {
    copy_text(hello.error, description == nullptr ? "has no samebits_subject_description"
                                                  : "has no samebits_subject_run");
    return nullptr;
  }
  hello.version = description->version;
  if (hello.version != SAMEBITS_SUBJECT_VERSION) {
    hello.greeting = Greeting::wrong_version;  // the rest may lie anywhere
    return nullptr;
  }
  hello.dtypes = description->dtypes;
  hello.weight_modes = description->weight_modes;
  hello.varies = description->varies;
  copy_text(hello.name, description->name);
  copy_text(hello.summary, description->summary);
  copy_text(hello.simd_targets, description->simd_targets);
  hello.greeting = Greeting::ready;
  return reinterpret_cast<RunFunction>(run);
}

Reply make_call(RunFunction run, const Request& request) {
  using Clock = std::chrono::steady_clock;
  Reply reply;
  const auto start = Clock::now();
  set_float_state(request.environment);
  reply.status = run(&request.call);
  reply.environment_after = float_state();
  set_float_state({});
  reply.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return reply;
}

Reply serve(RunFunction run, Request& request, const ChildEnds& ends) {
  Arena::protect(ends.arena, ends.arena_bytes, request.blocks);
  request.call.simd = request.simd[0] != '\0' ? request.simd.data() : nullptr;
  if (!request.new_thread) return make_call(run, request);
  Reply reply;
  try {
    std::thread([&] { reply = make_call(run, request); }).join();
  } catch (const std::system_error&) {
    reply.no_thread = true;
  }
  return reply;
}

[[noreturn]] void work(const ChildEnds& ends) {
  die_with_parent();
  last_words = ends.last_words;
  *last_words = {.worker = getpid()};
  shut_doors(ends);
  close(ends.control);
  catch_faults();
  Hello hello;
  const RunFunction run = load(ends.path, hello);
  send_packet(ends.work, hello);
  Request request;
  while (run != nullptr && receive_packet(ends.work, request) && !request.quit) {
    if (!send_packet(ends.work, serve(run, request, ends))) break;
  }
  _exit(0);
}

}  // namespace

void keep_workers(const ChildEnds& ends) {
  die_with_parent();
  shut_doors(ends);
  while (true) {
    const pid_t worker = fork();
    if (worker < 0) _exit(1);
    if (worker == 0) work(ends);
    // The process id must not be given to anyone else before the audit has heard of the end: it
    // may be about to kill a hanging worker.
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(worker), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
    Obituary obituary;
    // WNOWAIT leaves the status for waitpid, but only siginfo is known until then.
    obituary.wait_status =
        info.si_code == CLD_EXITED ? (info.si_status & 0xFF) << 8 : info.si_status & 0x7F;
    char go_on = 0;
    if (!send_packet(ends.control, obituary) || recv(ends.control, &go_on, 1, 0) != 1) _exit(0);
    waitpid(worker, nullptr, 0);
    if (go_on == 0) _exit(0);
  }
}

}  // namespace samebits::lab::audit::wire
