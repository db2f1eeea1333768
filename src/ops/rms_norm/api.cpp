// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include "core/call.hpp"
#include "core/check.hpp"
#include "core/operation.hpp"
#include "devices/backend.hpp"
#include "ops/baselines/check.hpp"
#include "ops/rms_norm/check.hpp"

namespace samebits {
namespace {

constexpr std::string_view kName = "rms_norm";

testing::Options options_of(const Where& where) {
  return {.device = where.device, .threads = where.threads, .executor = where.executor};
}

void check(const RmsNorm& norm, const testing::Options& options) {
  rms_norm_op::check(norm);
  baselines::check(options);
  core::check_threads(options.threads);
}

core::Call checked_call(const RmsNorm& norm, testing::Options options) {
  check(norm, options);
  if (baselines::adds_in_chunks(options.method) && options.chunk == 0) {
    options.chunk = baselines::kDefaultChunk;
  }
  options.chunk = std::min(options.chunk, norm.x.columns);  // so that no sum with it can overflow
  return {norm, options, norm.eps == 0.0 ? 0.0 : norm.eps, norm.x.columns};
}

void run(const RmsNorm& norm, const testing::Options& options) {
  const core::Call call = checked_call(norm, options);
  backends::DeviceBackend& backend = backends::backend_of(options.device);
  if (options.stats != nullptr) *options.stats = {.rows = norm.x.rows};
  if (norm.x.rows > 0) backend.run(call, options.device.index);
}

/// A backend's call, as the operation that it is.
class NamedCall final : public testing::PreparedCall {
 public:
  explicit NamedCall(std::unique_ptr<PreparedCall> call) : call_(std::move(call)) {}
  ~NamedCall() override {
    const core::FloatEnvironment environment;
    call_.reset();
  }
  void run() override {
    core::as_operation(kName, [&] { call_->run(); });
  }
  double device_seconds() const override { return call_->device_seconds(); }
  void upload() override {
    core::as_operation(kName, [&] { call_->upload(); });
  }
  void fetch() override {
    core::as_operation(kName, [&] { call_->fetch(); });
  }

 private:
  std::unique_ptr<PreparedCall> call_;
};

/// Zero rows: nothing to run, on any device.
class EmptyCall final : public testing::PreparedCall {
 public:
  explicit EmptyCall(testing::RunStats* stats) : stats_(stats) {}
  void run() override {
    if (stats_ != nullptr) *stats_ = {};
  }

 private:
  testing::RunStats* stats_;
};

}  // namespace

void rms_norm(const RmsNorm& norm, const Where& where) {
  testing::rms_norm(norm, options_of(where));
}

Support supports(const RmsNorm& norm, const Where& where) {
  return testing::supports(norm, options_of(where));
}

void baselines::rms_norm(const RmsNorm& norm, const Baseline& baseline, const Where& where) {
  testing::Options options = options_of(where);
  options.method = baseline.method;
  options.chunk = baseline.chunk;
  options.adaptive_rows = baseline.adaptive_rows;
  options.adaptive_wide = baseline.adaptive_wide;
  options.adaptive_narrow = baseline.adaptive_narrow;
  testing::rms_norm(norm, options);
}

namespace testing {

void rms_norm(const RmsNorm& norm, const Options& options) {
  core::as_operation(kName, [&] { run(norm, options); });
}

Support supports(const RmsNorm& norm, const Options& options) {
  try {
    core::as_operation(kName, [&] {
      const core::Call call = checked_call(norm, options);
      backends::DeviceBackend& backend = backends::backend_of(options.device);
      if (norm.x.rows > 0) backend.require(call, options.device.index);
    });
    return {};
  } catch (const Error& error) {
    return {error.status(), error.what()};
  }
}

std::unique_ptr<PreparedCall> prepare(const RmsNorm& norm, const Options& options) {
  return core::as_operation(kName, [&]() -> std::unique_ptr<PreparedCall> {
    const core::Call call = checked_call(norm, options);
    backends::DeviceBackend& backend = backends::backend_of(options.device);
    if (norm.x.rows == 0) return std::make_unique<EmptyCall>(options.stats);
    return std::make_unique<NamedCall>(backend.prepare(call, options.device.index));
  });
}

PreparedCall::~PreparedCall() = default;

std::unique_ptr<PreparedCall> prepare_copy(Device device, std::int64_t bytes) {
  return core::as_operation("prepare_copy", [&]() -> std::unique_ptr<PreparedCall> {
    if (bytes <= 0 || bytes % 4 != 0) {
      core::refuse("{} bytes; expected a positive multiple of 4", bytes);
    }
    return std::make_unique<NamedCall>(
        backends::backend_of(device).prepare_copy(bytes, device.index));
  });
}

}  // namespace testing
}  // namespace samebits
