// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/subject_host.hpp"

#include <dlfcn.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "lab/audit/plugin_wire.hpp"
#include "samebits/samebits.hpp"

namespace samebits::lab::audit {
namespace {

using SubjectFunction = int (*)(const samebits_subject_call_t*);

std::span<std::byte> operand_memory;
volatile std::sig_atomic_t in_call = 0;

void report_fault(int signal, siginfo_t* info, void* /*context*/) {
  const auto offset = reinterpret_cast<std::uintptr_t>(info->si_addr) -
                      reinterpret_cast<std::uintptr_t>(operand_memory.data());
  if (in_call != 0 && offset < operand_memory.size()) {
    wire::Reply reply;
    reply.fault_offset = offset;
    wire::send_message(wire::kSocket, reply);
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

/// The handler has a stack of its own: the fault may be that the other one is used up.
void report_faults() {
  static std::byte stack[64 * 1024];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof(stack);
  sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_sigaction = report_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS}) sigaction(signal, &action, nullptr);
}

/// Between calls the closed socket ends this process. In a call, which may hang, only Linux does.
void end_with_parent() {
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  pollfd socket{wire::kSocket, 0, 0};
  if (poll(&socket, 1, 0) != 0) _exit(0);  // it had ended before
}

void map_memory() {
  struct stat socket {};
  struct stat file {};
  if (fstat(wire::kSocket, &socket) != 0 || !S_ISSOCK(socket.st_mode) ||
      fstat(wire::kMemory, &file) != 0 || file.st_size <= 0) {
    throw Error(Status::invalid_argument, "subject-host: only samebits audit can start it");
  }
  const auto bytes = static_cast<std::size_t>(file.st_size);
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, wire::kMemory, 0);
  if (mapped == MAP_FAILED) {
    throw Error(Status::out_of_memory, "subject-host: no memory for the operands");
  }
  operand_memory = {static_cast<std::byte*>(mapped), bytes};
}

/// The plugin gets no file of the audit's but the socket, and leaves no core dump.
void close_other_files() {
#if defined(__linux__)
  constexpr const char* kOpenFiles = "/proc/self/fd";
#else
  constexpr const char* kOpenFiles = "/dev/fd";
#endif
  std::vector<int> open;
  for (const auto& entry : std::filesystem::directory_iterator(kOpenFiles)) {
    open.push_back(std::atoi(entry.path().filename().c_str()));
  }
  for (const int file : open) {
    if (file > wire::kSocket) close(file);
  }
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

template <std::size_t kSize>
void copy_text(std::array<char, kSize>& to, const char* from) {
  if (from != nullptr) std::snprintf(to.data(), to.size(), "%s", from);
}

/// Loads the library and reads its description. Returns null where `loaded` says why.
SubjectFunction load(const char* path, wire::Loaded& loaded) {
  // Without a slash dlopen would search the system's folders.
  char here[4096];
  std::snprintf(here, sizeof(here), "%s%s", std::strchr(path, '/') != nullptr ? "" : "./", path);
  set_float_state({});
  void* const library = dlopen(here, RTLD_NOW | RTLD_LOCAL);
  loaded.environment_after_load = wire::encode(float_state());
  set_float_state({});
  if (library == nullptr) {
    copy_text(loaded.error, dlerror());
    return nullptr;
  }
  const auto* const description = static_cast<const samebits_subject_description_t*>(
      dlsym(library, "samebits_subject_description"));
  void* const run = dlsym(library, "samebits_subject_run");
  if (description == nullptr || run == nullptr) {
    copy_text(loaded.error, description == nullptr ? "has no samebits_subject_description"
                                                   : "has no samebits_subject_run");
    return nullptr;
  }
  loaded.version = description->version;
  if (loaded.version != SAMEBITS_SUBJECT_VERSION) {
    loaded.result = wire::LoadResult::wrong_version;  // the rest may lie anywhere
    return nullptr;
  }
  loaded.dtypes = description->dtypes;
  loaded.weight_modes = description->weight_modes;
  loaded.varies = description->varies;
  copy_text(loaded.name, description->name);
  copy_text(loaded.summary, description->summary);
  copy_text(loaded.simd_targets, description->simd_targets);
  loaded.result = wire::LoadResult::ready;
  return reinterpret_cast<SubjectFunction>(run);
}

/// Nothing may be touched but the operands' pages, and only the outputs' written.
void protect_memory(const wire::Call& message) {
  mprotect(operand_memory.data(), operand_memory.size(), PROT_NONE);
  for (const wire::Pages& pages : message.pages) {
    if (pages.bytes == 0) continue;
    mprotect(operand_memory.data() + pages.offset, pages.bytes,
             pages.writable != 0 ? PROT_READ | PROT_WRITE : PROT_READ);
  }
}

samebits_subject_call_t addressed(const wire::Call& message) {
  const auto at = [&](std::size_t operand) -> std::byte* {
    const std::uint64_t offset = message.offsets[operand];
    return offset == wire::kNowhere ? nullptr : operand_memory.data() + offset;
  };
  samebits_subject_call_t call = message.call;
  call.x = at(0);
  call.weight = at(1);
  call.residual = at(2);
  call.y = at(3);
  call.residual_output = at(4);
  call.simd = message.simd[0] != '\0' ? message.simd.data() : nullptr;
  return call;
}

wire::Reply make_call(SubjectFunction run, const wire::Call& message) {
  const samebits_subject_call_t call = addressed(message);
  const FloatState environment = wire::decode_float_state(message.environment);
  wire::Reply reply;
  const auto start = wire::Clock::now();
  set_float_state(environment);
  in_call = 1;
  reply.status = run(&call);
  in_call = 0;
  const FloatState after = float_state();
  set_float_state({});
  reply.seconds = std::chrono::duration<double>(wire::Clock::now() - start).count();
  reply.environment_after = wire::encode(after);
  return reply;
}

wire::Reply serve(SubjectFunction run, const wire::Call& message) {
  protect_memory(message);
  if (message.new_thread == 0) return make_call(run, message);
  wire::Reply reply;
  try {
    std::thread([&] { reply = make_call(run, message); }).join();
  } catch (const std::system_error&) {
    reply.no_thread = 1;
  }
  return reply;
}

}  // namespace

void run_subject_host(const char* library) {
  map_memory();
  end_with_parent();
  close_other_files();
  report_faults();
  wire::Loaded loaded;
  const SubjectFunction run = load(library, loaded);
  bool heard = wire::send_message(wire::kSocket, loaded);
  wire::Call call;
  constexpr auto kNever = wire::Clock::time_point::max();
  while (run != nullptr && heard && wire::receive_message(wire::kSocket, call, kNever)) {
    heard = wire::send_message(wire::kSocket, serve(run, call));
  }
  _exit(0);
}

}  // namespace samebits::lab::audit
