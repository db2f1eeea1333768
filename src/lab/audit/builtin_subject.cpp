// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstring>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "lab/audit/subject.hpp"
#include "lab/names.hpp"

namespace samebits::lab::audit {
namespace {

std::string_view summary_of(Method method) {
  switch (method) {
    case Method::standard:
      return "one float32 pass with the widest SIMD lanes";
    case Method::chunked:
      return "float32 chunks added in index order";
    case Method::chunked_parallel:
      return "float32 chunks added in the order in which threads finish them";
    case Method::adaptive:
      return "float32 with a block width chosen from the number of rows";
    case Method::exact:
      return "any order, then rounded correctly: the contract";
  }
  return "";
}

std::vector<WeightMode> weight_modes_of(testing::Operation operation) {
  if (!has_weight(operation)) return {WeightMode::none};
  return {kWeightModes.begin(), kWeightModes.end()};
}

class BuiltinSubject final : public Subject {
 public:
  BuiltinSubject(Method method, std::string device, std::vector<std::string> other_devices,
                 testing::Operation operation, const testing::GpuSchedule& gpu)
      : method_(method), device_(std::move(device)), operation_(operation), gpu_(gpu) {
    const bool cpu = device_ == "cpu";
    capabilities_ = {.dtypes = {kDTypes.begin(), kDTypes.end()},
                     .weight_modes = weight_modes_of(operation),
                     .threads = cpu,
                     .chunk = method != Method::standard && method != Method::adaptive,
                     .strides = true,
                     .alignment_step = 1,
                     .in_place = true,
                     .in_place_crossed = has_residual(operation),
                     .residual = has_residual(operation),
                     .exact_path = method == Method::exact,
                     .concurrent_calls = !cpu,
                     .simd = {},
                     .devices = std::move(other_devices)};
    if (!cpu) return;
    for (const testing::Simd simd : testing::simd_targets()) {
      capabilities_.simd.emplace_back(name_of(simd));
    }
  }

  std::string name() const override { return std::string(name_of(method_)); }
  std::string device() const override { return device_; }
  std::string summary() const override { return std::string(summary_of(method_)); }
  const Capabilities& capabilities() const override { return capabilities_; }

  Arena& arena(std::size_t bytes) override {
    if (!arena_ || arena_->capacity() < bytes) {
      arena_.reset();
      arena_ = std::make_unique<Arena>(bytes);
    }
    return *arena_;
  }

  CallReport run(const SubjectCall& call) override {
    SubjectCall own = call;
    own.options.method = method_;
    own.options.device = Device::parse(call.device.empty() ? device_ : call.device);
    if (!call.simd.empty()) own.options.simd = testing::Simd::parse(call.simd);
    own.options.operation = operation_;
    own.options.gpu = gpu_;
    const OtherCallers others(own);
    return own.new_thread ? run_in_new_thread(own) : run_here(own);
  }

 private:
  /// Make the same call at the same time, into outputs of their own.
  class OtherCallers {
   public:
    explicit OtherCallers(const SubjectCall& call) : norm_(call.norm) {
      if (call.other_outputs.empty()) return;
      // Not the inputs themselves, which a call in place overwrites.
      norm_.x.data = copy(call.norm.x, x_);
      norm_.residual.data = copy(call.norm.residual, residual_);
      norm_.residual_output = {};
      for (const Matrix& y : call.other_outputs) {
        try {
          threads_.emplace_back([this, y, &call] { run(y, call.options); });
        } catch (const std::system_error&) {
          run(y, call.options);  // the machine is at its limit: one after the other, then
        }
      }
    }

   private:
    void run(const Matrix& y, const testing::Options& options) const {
      RmsNorm norm = norm_;
      norm.y = y;
      try {
        testing::run(norm, options);
      } catch (const std::exception&) {
        // Then the output keeps its pattern, which counts as other bits; or the call that is looked
        // at fails likewise.
      }
    }

    static const void* copy(const ConstMatrix& from, std::vector<std::byte>& to) {
      if (from.data == nullptr) return nullptr;
      const auto elements = (from.rows - 1) * from.row_stride + from.columns;
      to.resize(static_cast<std::size_t>(elements) * size_of(from.dtype));
      std::memcpy(to.data(), from.data, to.size());
      return to.data();
    }

    RmsNorm norm_;
    std::vector<std::byte> x_;
    std::vector<std::byte> residual_;
    std::vector<std::jthread> threads_;  ///< last: they end before the memory does
  };

  static CallReport run_in_new_thread(const SubjectCall& call) {
    CallReport report;
    std::exception_ptr failure;
    std::thread thread([&] {
      try {
        report = run_here(call);
      } catch (...) {
        failure = std::current_exception();
      }
    });
    thread.join();
    if (failure) std::rethrow_exception(failure);
    return report;
  }

  static CallReport run_here(const SubjectCall& call) {
    using Clock = std::chrono::steady_clock;
    CallReport report;
    std::exception_ptr failure;
    const FloatState own = float_state();
    const auto start = Clock::now();
    set_float_state(call.environment);
    try {
      testing::run(call.norm, call.options);
    } catch (...) {
      failure = std::current_exception();
    }
    report.environment_after = float_state();
    set_float_state(own);
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (failure) std::rethrow_exception(failure);
    return report;
  }

  Method method_;
  std::string device_;
  testing::Operation operation_;
  testing::GpuSchedule gpu_;
  Capabilities capabilities_;
  std::unique_ptr<Arena> arena_;
};

}  // namespace

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::cannot_load:
      return "cannot-load";
    case Fault::wrong_version:
      return "wrong-version";
    case Fault::crash:
      return "crash";
    case Fault::hang:
      return "hang";
    case Fault::out_of_bounds:
      return "out-of-bounds";
    case Fault::error_status:
      return "error-status";
  }
  return "";
}

std::unique_ptr<Subject> make_builtin_subject(Method method, const std::string& device,
                                              std::vector<std::string> other_devices,
                                              testing::Operation operation,
                                              const testing::GpuSchedule& gpu) {
  return std::make_unique<BuiltinSubject>(method, device, std::move(other_devices), operation, gpu);
}

}  // namespace samebits::lab::audit
