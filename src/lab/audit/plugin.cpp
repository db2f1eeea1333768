// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/plugin.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <sstream>
#include <string_view>

#include "io/message.hpp"
#include "lab/audit/plugin_wire.hpp"

namespace samebits::lab::audit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kBlockNames[wire::kBlocks] = {"x", "weight", "residual", "y",
                                                    "residual_output"};

/// A socket pair's end, or nothing.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  void reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

struct Ends {
  Descriptor ours;
  Descriptor theirs;

  Ends() {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) {
      throw Error(Status::internal, "audit: cannot make a socket pair for a plugin");
    }
    ours.reset(pair[0]);
    theirs.reset(pair[1]);
  }
};

std::uint32_t bit_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return SAMEBITS_SUBJECT_FLOAT32;
    case DType::float16:
      return SAMEBITS_SUBJECT_FLOAT16;
    case DType::bfloat16:
      return SAMEBITS_SUBJECT_BFLOAT16;
  }
  return 0;
}

std::uint32_t bit_of(WeightMode mode) {
  switch (mode) {
    case WeightMode::none:
      return SAMEBITS_SUBJECT_NONE;
    case WeightMode::scale:
      return SAMEBITS_SUBJECT_SCALE;
    case WeightMode::cast_first:
      return SAMEBITS_SUBJECT_CAST_FIRST;
    case WeightMode::one_plus:
      return SAMEBITS_SUBJECT_ONE_PLUS;
  }
  return 0;
}

template <std::size_t kSize>
std::string text_of(const std::array<char, kSize>& text) {
  return {text.data(), strnlen(text.data(), text.size())};
}

bool good_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Capabilities capabilities_of(const wire::Hello& hello) {
  const auto has = [&](std::uint32_t bit) { return (hello.varies & bit) != 0; };
  Capabilities can;
  for (const DType dtype : {DType::float32, DType::float16, DType::bfloat16}) {
    if ((hello.dtypes & bit_of(dtype)) != 0) can.dtypes.push_back(dtype);
  }
  for (const WeightMode mode :
       {WeightMode::none, WeightMode::scale, WeightMode::cast_first, WeightMode::one_plus}) {
    if ((hello.weight_modes & bit_of(mode)) != 0) can.weight_modes.push_back(mode);
  }
  can.threads = has(SAMEBITS_SUBJECT_THREADS);
  can.chunk = has(SAMEBITS_SUBJECT_CHUNK);
  can.strides = has(SAMEBITS_SUBJECT_STRIDES);
  can.alignment_step = has(SAMEBITS_SUBJECT_ALIGNMENT) ? 4 : 0;  // suits every dtype
  can.in_place = has(SAMEBITS_SUBJECT_IN_PLACE);
  can.residual = has(SAMEBITS_SUBJECT_RESIDUAL);
  can.new_process = true;
  std::istringstream targets(text_of(hello.simd_targets));
  for (std::string target; targets >> target;) can.simd.push_back(target);
  return can;
}

class PluginSubject final : public Subject {
 public:
  PluginSubject(std::string path, const PluginLimits& limits)
      : path_(std::move(path)),
        name_(io::printable(path_)),
        limits_(limits),
        arena_(limits.memory),
        last_words_(map_last_words()) {
    start_keeper();
    try {
      greet();
    } catch (...) {
      shut_down();
      throw;
    }
  }

  ~PluginSubject() override { shut_down(); }

  std::string name() const override { return name_; }
  std::string device() const override { return "cpu"; }
  std::string summary() const override { return summary_; }
  std::string plugin() const override { return path_; }
  const Capabilities& capabilities() const override { return capabilities_; }
  std::string load_effect() const override { return load_effect_; }

  Arena& arena(std::size_t bytes) override {
    if (bytes > arena_.capacity()) {
      throw Error(Status::internal, "audit: a call is larger than the memory set aside");
    }
    return arena_;
  }

  void restart() override {
    if (alive_ && untouched_) return;
    if (alive_) end_worker();
    start_worker();
  }

  CallReport run(const SubjectCall& call) override {
    if (!alive_) start_worker();
    untouched_ = false;
    const wire::Request request = to_request(call);
    if (send(work_.ours.get(), &request, sizeof(request), MSG_NOSIGNAL) < 0) bury();
    wire::Reply reply;
    if (!receive_from_worker(&reply, sizeof(reply))) bury();
    if (reply.no_thread) {
      throw Error(Status::out_of_memory, "audit: cannot start a thread for a call");
    }
    if (reply.status != 0) {
      throw Misbehaviour(Fault::error_status, fmt::format("returned status {}", reply.status));
    }
    return {.environment_after = reply.environment_after, .seconds = reply.seconds};
  }

 private:
  static wire::LastWords* map_last_words() {
    void* const memory = mmap(nullptr, sizeof(wire::LastWords), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw Error(Status::out_of_memory, "audit: no shared memory");
    return new (memory) wire::LastWords;
  }

  void end_worker() {
    wire::Request quit;
    quit.quit = true;
    send(work_.ours.get(), &quit, sizeof(quit), MSG_NOSIGNAL);
    if (!obituary_within(1.0)) kill_worker();
  }

  void shut_down() {
    if (alive_) end_worker();
    const char stop = 0;
    send(control_.ours.get(), &stop, 1, MSG_NOSIGNAL);
    waitpid(keeper_, nullptr, 0);
    munmap(last_words_, sizeof(wire::LastWords));
  }

  void start_keeper() {
    keeper_ = fork();
    if (keeper_ < 0) throw Error(Status::out_of_memory, "audit: cannot fork for a plugin");
    if (keeper_ == 0) {
      wire::keep_workers({.work = work_.theirs.get(),
                          .control = control_.theirs.get(),
                          .arena = arena_.base(),
                          .arena_bytes = arena_.capacity(),
                          .last_words = last_words_,
                          .path = path_.c_str()});
    }
    work_.theirs.reset();
    control_.theirs.reset();
  }

  /// Waits until the worker has loaded the library.
  void greet() {
    alive_ = true;
    untouched_ = true;
    wire::Hello hello;
    if (!receive_from_worker(&hello, sizeof(hello))) bury(" while it was loaded");
    if (hello.greeting == wire::Greeting::wrong_version) {
      throw_and_end(Fault::wrong_version,
                    fmt::format("was made for version {} of samebits/subject.h; this program "
                                "speaks version {}",
                                hello.version, SAMEBITS_SUBJECT_VERSION));
    }
    if (hello.greeting != wire::Greeting::ready) {
      throw_and_end(Fault::cannot_load, io::printable(text_of(hello.error)));
    }
    if (!good_name(text_of(hello.name))) {
      throw_and_end(Fault::cannot_load, "has a name with other than letters, digits, - and _");
    }
    name_ = text_of(hello.name);
    summary_ = io::printable(text_of(hello.summary));
    capabilities_ = capabilities_of(hello);
    if (hello.state_after_load != FloatState{}) {
      load_effect_ = "default -> " + describe(hello.state_after_load) + " (on loading)";
    }
  }

  [[noreturn]] void throw_and_end(Fault fault, const std::string& message) {
    if (!obituary_within(1.0)) kill_worker();
    throw Misbehaviour(fault, message);
  }

  void start_worker() {
    const char go_on = 1;
    send(control_.ours.get(), &go_on, 1, MSG_NOSIGNAL);
    greet();
  }

  wire::Request to_request(const SubjectCall& call) const {
    const RmsNorm& o = call.norm;
    wire::Request request;
    request.call = {.rows = o.x.rows,
                    .columns = o.x.columns,
                    .dtype = bit_of(o.x.dtype),
                    .weight_mode = bit_of(o.weight_mode),
                    .x = o.x.data,
                    .x_stride = o.x.row_stride,
                    .weight = o.weight.data,
                    .residual = o.residual.data,
                    .residual_stride = o.residual.row_stride,
                    .y = o.y.data,
                    .y_stride = o.y.row_stride,
                    .residual_output = o.residual_output.data,
                    .residual_output_stride = o.residual_output.row_stride,
                    .eps = o.eps,
                    .threads = call.options.threads,
                    .chunk = call.options.chunk,
                    .simd = nullptr};
    call.simd.copy(request.simd.data(), request.simd.size() - 1);
    request.environment = call.environment;
    request.new_thread = call.new_thread;
    std::ranges::copy(arena_.blocks(), request.blocks.begin());
    return request;
  }

  /// False if the worker ended or ran out of time instead.
  bool receive_from_worker(void* packet, std::size_t size) {
    const auto deadline = Clock::now() + std::chrono::duration<double>(limits_.call_seconds);
    while (true) {
      pollfd wait[2] = {{work_.ours.get(), POLLIN, 0}, {control_.ours.get(), POLLIN, 0}};
      const double left = std::chrono::duration<double>(deadline - Clock::now()).count();
      const int ready = poll(wait, 2, std::max(0, static_cast<int>(std::ceil(1e3 * left))));
      if (ready == 0) return false;
      // A reply counts even if the worker ended right after it.
      if ((wait[0].revents & POLLIN) != 0) {
        return recv(work_.ours.get(), packet, size, 0) == static_cast<ssize_t>(size);
      }
      if (wait[1].revents != 0 || wait[0].revents != 0) return false;
    }
  }

  bool obituary_within(double seconds) {
    pollfd wait{control_.ours.get(), POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(1e3 * seconds)) != 1) return false;
    alive_ = false;
    return recv(control_.ours.get(), &obituary_, sizeof(obituary_), 0) == sizeof(obituary_);
  }

  void kill_worker() {
    // It cannot have been given to another process: the keeper lets a worker go only when told to.
    if (last_words_->worker > 0) kill(last_words_->worker, SIGKILL);
    obituary_within(5.0);
    alive_ = false;
  }

  /// Finds out how the worker ended, and throws that.
  [[noreturn]] void bury(std::string_view when = "") {
    constexpr double kMoment = 0.2;
    if (!obituary_within(kMoment)) {
      kill_worker();
      throw Misbehaviour(Fault::hang,
                         fmt::format("did not return within {} s{}", limits_.call_seconds, when));
    }
    const int status = obituary_.wait_status;
    if (WIFEXITED(status)) {
      throw Misbehaviour(Fault::crash, fmt::format("ended its process with status {}{}",
                                                   WEXITSTATUS(status), when));
    }
    const std::string place = describe_address();
    if (!place.empty()) throw Misbehaviour(Fault::out_of_bounds, place);
    throw Misbehaviour(Fault::crash, fmt::format("crashed with signal {} ({}){}", WTERMSIG(status),
                                                 strsignal(WTERMSIG(status)), when));
  }

  /// Where in the operands' memory the last fault was; empty: not there.
  std::string describe_address() const {
    const auto* const at = static_cast<const std::byte*>(last_words_->address);
    if (last_words_->signal == 0 || at < arena_.base() || at >= arena_.base() + arena_.capacity()) {
      return {};
    }
    const auto blocks = arena_.blocks();
    std::string nearest = "touched memory between its operands";
    std::ptrdiff_t least = PTRDIFF_MAX;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const Block& block = blocks[i];
      if (block.data == nullptr) continue;
      if (at >= block.pages && at < block.pages + block.page_bytes) {
        return fmt::format("wrote to its input {}", kBlockNames[i]);
      }
      const bool before = at < block.data;
      const std::ptrdiff_t gap = before ? block.data - at : at - (block.data + block.bytes) + 1;
      if (gap >= least) continue;
      least = gap;
      nearest = fmt::format("touched memory {} {}", before ? "before" : "past the end of",
                            kBlockNames[i]);
    }
    return nearest;
  }

  std::string path_;
  std::string name_;
  std::string summary_;
  std::string load_effect_;
  Capabilities capabilities_;
  PluginLimits limits_;
  Arena arena_;
  wire::LastWords* last_words_;
  Ends work_;
  Ends control_;
  pid_t keeper_ = -1;
  bool alive_ = false;
  bool untouched_ = false;  ///< the worker has served no call yet
  wire::Obituary obituary_;
};

}  // namespace

std::unique_ptr<Subject> make_plugin_subject(const std::string& path, const PluginLimits& limits) {
  return std::make_unique<PluginSubject>(path, limits);
}

}  // namespace samebits::lab::audit
