// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/plugin.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "io/message.hpp"
#include "lab/audit/host_process.hpp"
#include "lab/audit/plugin_wire.hpp"

namespace samebits::lab::audit {
namespace {

constexpr double kMostSeconds = 1e8;  // of a time limit: three years

constexpr const char* kOperandNames[wire::kOperands] = {"x", "weight", "residual", "y",
                                                        "residual_output"};

constexpr std::pair<DType, std::uint32_t> kDTypeBits[] = {
    {DType::float32, SAMEBITS_SUBJECT_FLOAT32},
    {DType::float16, SAMEBITS_SUBJECT_FLOAT16},
    {DType::bfloat16, SAMEBITS_SUBJECT_BFLOAT16}};
constexpr std::pair<WeightMode, std::uint32_t> kWeightModeBits[] = {
    {WeightMode::none, SAMEBITS_SUBJECT_NONE},
    {WeightMode::scale, SAMEBITS_SUBJECT_SCALE},
    {WeightMode::cast_first, SAMEBITS_SUBJECT_CAST_FIRST},
    {WeightMode::one_plus, SAMEBITS_SUBJECT_ONE_PLUS}};

template <class Value, std::size_t kCount>
std::uint32_t bit_of(const std::pair<Value, std::uint32_t> (&bits)[kCount], Value value) {
  return std::ranges::find(bits, value, &std::pair<Value, std::uint32_t>::first)->second;
}

template <class Value, std::size_t kCount>
std::vector<Value> values_of(const std::pair<Value, std::uint32_t> (&bits)[kCount],
                             std::uint32_t set) {
  std::vector<Value> values;
  for (const auto& [value, bit] : bits) {
    if ((set & bit) != 0) values.push_back(value);
  }
  return values;
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

/// It is printed, and has to fit a call.
bool good_target(std::string_view target) {
  return target.size() < sizeof(wire::Call::simd) &&
         std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~'; });
}

Capabilities capabilities_of(const wire::Loaded& loaded) {
  const auto has = [&](std::uint32_t bit) { return (loaded.varies & bit) != 0; };
  Capabilities can;
  can.dtypes = values_of(kDTypeBits, loaded.dtypes);
  can.weight_modes = values_of(kWeightModeBits, loaded.weight_modes);
  can.threads = has(SAMEBITS_SUBJECT_THREADS);
  can.chunk = has(SAMEBITS_SUBJECT_CHUNK);
  can.strides = has(SAMEBITS_SUBJECT_STRIDES);
  can.alignment_step = has(SAMEBITS_SUBJECT_ALIGNMENT) ? 4 : 0;  // suits every dtype
  can.in_place = has(SAMEBITS_SUBJECT_IN_PLACE);
  can.residual = has(SAMEBITS_SUBJECT_RESIDUAL);
  can.new_process = true;
  std::istringstream targets(text_of(loaded.simd_targets));
  for (std::string target; targets >> target;) can.simd.push_back(target);
  return can;
}

class PluginSubject final : public Subject {
 public:
  PluginSubject(std::string path, PluginOptions options)
      : path_(std::move(path)),
        name_(io::printable(path_)),
        options_(std::move(options)),
        arena_(options_.memory, Arena::Backing::file) {
    start();
  }

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
    if (host_ != nullptr && untouched_) return;
    start();
  }

  CallReport run(const SubjectCall& call) override {
    if (host_ == nullptr) start();
    untouched_ = false;
    wire::send_message(host_->socket(), to_message(call));  // a host that is gone sends no reply
    const auto reply = receive<wire::Reply>();
    const bool plausible = reply.seconds >= 0.0 && reply.seconds <= options_.call_seconds;
    if (reply.fault_offset != wire::kNowhere || !plausible) report_end(reply.fault_offset);
    if (reply.no_thread != 0) {
      throw Error(Status::out_of_memory, "audit: cannot start a thread for a call");
    }
    if (reply.status != 0) {
      throw Misbehaviour(Fault::error_status, fmt::format("returned status {}", reply.status));
    }
    return {.environment_after = wire::decode_float_state(reply.environment_after),
            .seconds = reply.seconds};
  }

 private:
  /// Starts a host, in place of the one there is, and waits until it has loaded the library.
  void start() {
    host_.reset();
    host_ = std::make_unique<HostProcess>(options_.host_program, path_, arena_.file());
    untouched_ = true;
    const auto loaded = receive<wire::Loaded>(" while it was loaded");
    try {
      check(loaded);
    } catch (...) {
      host_.reset();
      throw;
    }
    name_ = text_of(loaded.name);
    summary_ = io::printable(text_of(loaded.summary));
    capabilities_ = capabilities_of(loaded);
    const FloatState after_load = wire::decode_float_state(loaded.environment_after_load);
    if (after_load != FloatState{}) {
      load_effect_ = "default -> " + describe(after_load) + " (on loading)";
    }
  }

  static void check(const wire::Loaded& loaded) {
    if (loaded.result == wire::LoadResult::wrong_version) {
      throw Misbehaviour(Fault::wrong_version,
                         fmt::format("was made for version {} of samebits/subject.h; this program "
                                     "speaks version {}",
                                     loaded.version, SAMEBITS_SUBJECT_VERSION));
    }
    if (loaded.result != wire::LoadResult::ready) {
      throw Misbehaviour(Fault::cannot_load, io::printable(text_of(loaded.error)));
    }
    if (!good_name(text_of(loaded.name))) {
      throw Misbehaviour(Fault::cannot_load, "has a name with other than letters, digits, - and _");
    }
    if (!std::ranges::all_of(capabilities_of(loaded).simd, good_target)) {
      throw Misbehaviour(Fault::cannot_load,
                         "has a SIMD target with more than 31 bytes or other than ASCII");
    }
  }

  wire::Call to_message(const SubjectCall& call) const {
    const RmsNorm& o = call.norm;
    wire::Call message;
    message.call = {.rows = o.x.rows,
                    .columns = o.x.columns,
                    .dtype = bit_of(kDTypeBits, o.x.dtype),
                    .weight_mode = bit_of(kWeightModeBits, o.weight_mode),
                    .x = nullptr,
                    .x_stride = o.x.row_stride,
                    .weight = nullptr,
                    .residual = nullptr,
                    .residual_stride = o.residual.row_stride,
                    .y = nullptr,
                    .y_stride = o.y.row_stride,
                    .residual_output = nullptr,
                    .residual_output_stride = o.residual_output.row_stride,
                    .eps = o.eps,
                    .threads = call.options.threads,
                    .chunk = call.options.chunk,
                    .simd = nullptr};
    message.offsets = {offset_of(o.x.data), offset_of(o.weight.data), offset_of(o.residual.data),
                       offset_of(o.y.data), offset_of(o.residual_output.data)};
    std::ranges::transform(arena_.blocks(), message.pages.begin(), [&](const Block& block) {
      return wire::Pages{.offset = offset_of(block.pages),
                         .bytes = block.page_bytes,
                         .writable = block.writable ? 1u : 0u};
    });
    call.simd.copy(message.simd.data(), message.simd.size() - 1);
    message.environment = wire::encode(call.environment);
    message.new_thread = call.new_thread ? 1 : 0;
    return message;
  }

  std::uint64_t offset_of(const void* address) const {
    if (address == nullptr) return wire::kNowhere;
    return static_cast<std::uint64_t>(static_cast<const std::byte*>(address) - arena_.base());
  }

  /// `when` is added to what is wrong if nothing comes.
  template <class Message>
  Message receive(std::string_view when = "") {
    Message message;
    const auto start = wire::Clock::now();
    const auto limit = std::chrono::duration_cast<wire::Clock::duration>(
        std::chrono::duration<double>(std::min(options_.call_seconds, kMostSeconds)));
    if (wire::receive_message(host_->socket(), message, start + limit)) return message;
    report_end(wire::kNowhere, when, wire::Clock::now() >= start + limit);
  }

  /// The host has ended, or is ended now: throws why.
  [[noreturn]] void report_end(std::uint64_t fault_offset, std::string_view when = "",
                               bool late = false) {
    constexpr double kTimeToEnd = 1.0;
    const std::unique_ptr<HostProcess> host = std::move(host_);
    const std::optional<int> status = host->end(late ? 0.0 : kTimeToEnd);
    if (!status && late) {
      throw Misbehaviour(Fault::hang,
                         fmt::format("did not return within {} s{}", options_.call_seconds, when));
    }
    if (!status) {
      throw Misbehaviour(
          Fault::crash, fmt::format("tampered with its process's connection to the audit{}", when));
    }
    if (WIFEXITED(*status)) {
      throw Misbehaviour(Fault::crash, fmt::format("ended its process with status {}{}",
                                                   WEXITSTATUS(*status), when));
    }
    if (fault_offset < arena_.capacity()) {
      throw Misbehaviour(Fault::out_of_bounds, describe_place(arena_.base() + fault_offset));
    }
    throw Misbehaviour(Fault::crash, fmt::format("crashed with signal {} ({}){}", WTERMSIG(*status),
                                                 strsignal(WTERMSIG(*status)), when));
  }

  /// Where in the operands' memory the last fault was.
  std::string describe_place(const std::byte* at) const {
    const auto blocks = arena_.blocks();
    std::string nearest = "touched memory between its operands";
    std::ptrdiff_t least = PTRDIFF_MAX;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const Block& block = blocks[i];
      if (block.data == nullptr) continue;
      if (at >= block.pages && at < block.pages + block.page_bytes) {
        return fmt::format("wrote to its input {}", kOperandNames[i]);
      }
      const bool before = at < block.data;
      const std::ptrdiff_t gap = before ? block.data - at : at - (block.data + block.bytes) + 1;
      if (gap >= least) continue;
      least = gap;
      nearest = fmt::format("touched memory {} {}", before ? "before" : "past the end of",
                            kOperandNames[i]);
    }
    return nearest;
  }

  std::string path_;
  std::string name_;
  std::string summary_;
  std::string load_effect_;
  Capabilities capabilities_;
  PluginOptions options_;
  Arena arena_;
  std::unique_ptr<HostProcess> host_;  ///< null: the last one has ended
  bool untouched_ = false;             ///< the host has served no call yet
};

}  // namespace

std::unique_ptr<Subject> make_plugin_subject(const std::string& path, PluginOptions options) {
  return std::make_unique<PluginSubject>(path, std::move(options));
}

}  // namespace samebits::lab::audit
