// SPDX-License-Identifier: Apache-2.0
#include "ops/norms.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/call.hpp"
#include "core/check.hpp"
#include "core/named.hpp"
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

/// Columns a chunk: what the caller asks for, or the method's own.
std::int64_t chunk_of(const RmsNorm& norm, const testing::Options& options) {
  const bool own = baselines::adds_in_chunks(options.method) && options.chunk == 0;
  const std::int64_t chunk = own ? baselines::kDefaultChunk : options.chunk;
  return std::min(chunk, norm.x.columns);  // so that no sum with it can overflow
}

core::Call checked_call(const ops::NormDescription& what, const RmsNorm& norm,
                        const testing::Options& options) {
  ops::check(what, norm);
  baselines::check(options);
  core::check_threads(options.threads);
  return {norm, options, norm.eps == 0.0 ? 0.0 : norm.eps, what.count(norm.x.columns),
          chunk_of(norm, options)};
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

void run(const NormDescription& what, const RmsNorm& norm, const testing::Options& options) {
  core::as_operation(what.name, [&] {
    const core::Call call = checked_call(what, norm, options);
    backends::DeviceBackend& backend = backends::backend_of(options.device);
    if (options.stats != nullptr) *options.stats = {.rows = norm.x.rows};
    if (norm.x.rows > 0) backend.run(call, options.device.index);
  });
}

Support supports(const NormDescription& what, const RmsNorm& norm,
                 const testing::Options& options) {
  try {
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

testing::Options options_of(const Where& where) {
  return {.device = where.device, .threads = where.threads, .executor = where.executor};
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

std::string_view title_of(Operation operation) {
  return ops::description(operation).title;
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
  if (const auto found = core::find_named(operations(), name)) return *found;
  core::refuse("operation '{}' is unknown; expected one of {}", name, core::names_of(operations()));
}

void run(const RmsNorm& norm, const Options& options) {
  ops::run(ops::description(options.operation), norm, options);
}

Support supports(const RmsNorm& norm, const Options& options) {
  return ops::supports(ops::description(options.operation), norm, options);
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
