// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/validate.hpp"
#include "core/float_environment.hpp"
#include "devices/backend.hpp"
#include "devices/cpu/kernels.hpp"

namespace samebits {
namespace {

// C2, for everything below: a caller's denormals-are-zero would let a subnormal eps pass for 0, a
// GPU's driver would start threads that round as the caller does, and oneTBB leaves status flags
// behind. Entered here, once, so that no backend can forget it.
using core::FloatEnvironment;

constexpr std::int64_t kDefaultChunk = 64;

struct DeviceName {
  std::string_view backend;
  int index;
};

/// "vulkan:1" is device 1 of the backend vulkan; "vulkan" is its device 0.
DeviceName parse_device(std::string_view device) {
  const auto colon = device.find(':');
  if (colon == std::string_view::npos) return {device, 0};
  const std::string_view digits = device.substr(colon + 1);
  int index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc{} || end != digits.data() + digits.size() || index < 0) {
    throw Error(Status::unknown_device,
                fmt::format("rms_norm: device '{}' is not understood; expected a name such as "
                            "'cpu' or 'vulkan:0'",
                            device));
  }
  return {device.substr(0, colon), index};
}

backends::Backend& find_backend(std::string_view device, std::string_view name) {
  std::string known;
  for (const auto& entry : backends::registry()) {
    if (entry.name == name) {
      if (entry.backend != nullptr) return *entry.backend;
      throw Error(Status::not_built,
                  fmt::format("rms_norm: device '{}' is not built into this library; {}", device,
                              entry.to_build));
    }
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  }
  throw Error(Status::unknown_device,
              fmt::format("rms_norm: unknown device '{}'; known are {}", device, known));
}

Options with_defaults(Options options, std::int64_t columns) {
  const bool needs_chunk =
      options.method == Method::chunked || options.method == Method::chunked_parallel;
  if (needs_chunk && options.chunk == 0) options.chunk = kDefaultChunk;
  options.chunk = std::min(options.chunk, columns);  // so that no sum with it can overflow
  if (options.eps == 0.0) options.eps = 0.0;         // -0 passes for 0, but its root is not
  return options;
}

}  // namespace

void rms_norm(const Operands& operands, const Options& options) {
  const FloatEnvironment environment;
  api::validate(operands, options);
  const DeviceName device = parse_device(options.device);
  backends::Backend& backend = find_backend(options.device, device.backend);
  if (options.stats != nullptr) *options.stats = {.rows = operands.x.rows};
  if (operands.x.rows == 0) return;
  backend.rms_norm(operands, with_defaults(options, operands.x.columns), device.index);
}

namespace {

/// A backend's call, inside the environment.
class GuardedCall final : public PreparedCall {
 public:
  explicit GuardedCall(std::unique_ptr<PreparedCall> call) : call_(std::move(call)) {}
  ~GuardedCall() override {
    const FloatEnvironment environment;
    call_.reset();
  }
  void run() override {
    const FloatEnvironment environment;
    call_->run();
  }
  double device_seconds() const override { return call_->device_seconds(); }
  void upload() override {
    const FloatEnvironment environment;
    call_->upload();
  }
  void fetch() override {
    const FloatEnvironment environment;
    call_->fetch();
  }

 private:
  std::unique_ptr<PreparedCall> call_;
};

/// Zero rows: nothing to run, on any device.
class EmptyCall final : public PreparedCall {
 public:
  explicit EmptyCall(RunStats* stats) : stats_(stats) {}
  void run() override {
    if (stats_ != nullptr) *stats_ = {};
  }

 private:
  RunStats* stats_;
};

}  // namespace

std::unique_ptr<PreparedCall> prepare(const Operands& operands, const Options& options) {
  const FloatEnvironment environment;
  api::validate(operands, options);
  const DeviceName device = parse_device(options.device);
  backends::Backend& backend = find_backend(options.device, device.backend);
  if (operands.x.rows == 0) return std::make_unique<EmptyCall>(options.stats);
  return std::make_unique<GuardedCall>(
      backend.prepare(operands, with_defaults(options, operands.x.columns), device.index));
}

std::unique_ptr<PreparedCall> prepare_copy(std::string_view device, std::int64_t bytes) {
  if (bytes <= 0 || bytes % 4 != 0) {
    throw Error(Status::invalid_argument,
                fmt::format("prepare_copy: {} bytes; expected a positive multiple of 4", bytes));
  }
  const FloatEnvironment environment;
  const DeviceName name = parse_device(device);
  return std::make_unique<GuardedCall>(
      find_backend(device, name.backend).prepare_copy(bytes, name.index));
}

std::vector<DeviceInfo> devices() {
  const FloatEnvironment environment;
  std::vector<DeviceInfo> all;
  for (const auto& entry : backends::registry()) {
    if (entry.backend == nullptr) {
      all.push_back({.name = std::string(entry.name),
                     .status = Status::not_built,
                     .reason = "not built: " + std::string(entry.to_build)});
      continue;
    }
    std::string reason;
    auto found = entry.backend->devices(reason);
    if (found.empty()) {
      all.push_back({.name = std::string(entry.name),
                     .status = Status::no_device,
                     .reason = "no device: " + reason});
    }
    all.insert(all.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  }
  return all;
}

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const auto& target : cpu::targets()) names.emplace_back(target.name);
  return names;
}

}  // namespace samebits
