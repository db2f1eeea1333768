// SPDX-License-Identifier: Apache-2.0
#include "ops/norms.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/call.hpp"
#include "core/check.hpp"
#include "core/operation.hpp"
#include "devices/backend.hpp"
#include "ops/baselines/check.hpp"
#include "ops/check.hpp"

namespace samebits {
namespace {

const ops::NormDescription* const kAll[] = {
#define SAMEBITS_OPERATION(name) &ops::name,
#include "core/ops.def"
#undef SAMEBITS_OPERATION
};

core::Call checked_call(const ops::NormDescription& description, const RmsNorm& norm,
                        testing::Options options) {
  ops::check(description, norm);
  baselines::check(options);
  core::check_threads(options.threads);
  if (baselines::adds_in_chunks(options.method) && options.chunk == 0) {
    options.chunk = baselines::kDefaultChunk;
  }
  options.chunk = std::min(options.chunk, norm.x.columns);  // so that no sum with it can overflow
  return {norm, options, norm.eps == 0.0 ? 0.0 : norm.eps, description.count(norm.x.columns)};
}

/// A device's call, as the operation that it is.
class NamedCall final : public testing::PreparedCall {
 public:
  NamedCall(std::string_view name, std::unique_ptr<PreparedCall> call)
      : name_(name), call_(std::move(call)) {}
  ~NamedCall() override {
    const core::FloatEnvironment environment;
    call_.reset();
  }
  void run() override {
    core::as_operation(name_, [&] { call_->run(); });
  }
  double device_seconds() const override { return call_->device_seconds(); }
  void upload() override {
    core::as_operation(name_, [&] { call_->upload(); });
  }
  void fetch() override {
    core::as_operation(name_, [&] { call_->fetch(); });
  }

 private:
  std::string_view name_;
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

namespace ops {

const NormDescription& description(testing::Operation operation) {
  const auto i = static_cast<std::size_t>(operation.number);
  if (operation.number >= 0 && i < std::size(kAll)) return *kAll[i];
  core::refuse("unknown operation {}", operation.number);
}

void run(const RmsNorm& norm, const testing::Options& options) {
  const NormDescription& what = description(options.operation);
  core::as_operation(what.name, [&] {
    const core::Call call = checked_call(what, norm, options);
    backends::DeviceBackend& backend = backends::backend_of(options.device);
    if (options.stats != nullptr) *options.stats = {.rows = norm.x.rows};
    if (norm.x.rows > 0) backend.run(call, options.device.index);
  });
}

Support supports(const RmsNorm& norm, const testing::Options& options) {
  try {
    const NormDescription& what = description(options.operation);
    core::as_operation(what.name, [&] {
      const core::Call call = checked_call(what, norm, options);
      backends::DeviceBackend& backend = backends::backend_of(options.device);
      if (norm.x.rows > 0) backend.require(call, options.device.index);
    });
    return {};
  } catch (const Error& error) {
    return {error.status(), error.what()};
  }
}

testing::Options options_of(testing::Operation operation, const Where& where) {
  return {.operation = operation,
          .device = where.device,
          .threads = where.threads,
          .executor = where.executor};
}

}  // namespace ops

namespace testing {

std::span<const Operation> operations() {
  static constexpr auto kOperations = [] {
    std::array<Operation, std::size(kAll)> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = {static_cast<int>(i)};
    return all;
  }();
  return kOperations;
}

std::string_view name_of(Operation operation) {
  return ops::description(operation).name;
}

std::string_view formula_of(Operation operation) {
  return ops::description(operation).formula;
}

bool has_weight(Operation operation) {
  return ops::description(operation).has_weight;
}

bool has_residual(Operation operation) {
  return ops::description(operation).has_residual;
}

Operation Operation::parse(std::string_view name) {
  std::string known;
  for (const Operation operation : operations()) {
    if (name_of(operation) == name) return operation;
    known += (known.empty() ? "" : ", ") + std::string(name_of(operation));
  }
  core::refuse("operation '{}' is unknown; expected one of {}", name, known);
}

void run(const RmsNorm& norm, const Options& options) {
  ops::run(norm, options);
}

Support supports(const RmsNorm& norm, const Options& options) {
  return ops::supports(norm, options);
}

std::unique_ptr<PreparedCall> prepare(const RmsNorm& norm, const Options& options) {
  const ops::NormDescription& what = ops::description(options.operation);
  return core::as_operation(what.name, [&]() -> std::unique_ptr<PreparedCall> {
    const core::Call call = checked_call(what, norm, options);
    backends::DeviceBackend& backend = backends::backend_of(options.device);
    if (norm.x.rows == 0) return std::make_unique<EmptyCall>(options.stats);
    return std::make_unique<NamedCall>(what.name, backend.prepare(call, options.device.index));
  });
}

PreparedCall::~PreparedCall() = default;

std::unique_ptr<PreparedCall> prepare_copy(Device device, std::int64_t bytes) {
  constexpr std::string_view kName = "prepare_copy";
  return core::as_operation(kName, [&]() -> std::unique_ptr<PreparedCall> {
    if (bytes <= 0 || bytes % 4 != 0) {
      core::refuse("{} bytes; expected a positive multiple of 4", bytes);
    }
    return std::make_unique<NamedCall>(
        kName, backends::backend_of(device).prepare_copy(bytes, device.index));
  });
}

}  // namespace testing
}  // namespace samebits
