// SPDX-License-Identifier: Apache-2.0
//
// Which process may use a GPU's driver. A child made by fork() has the driver's memory but none of
// its threads, and its locks as they were: a call in it would wait for ever.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "core/fork.hpp"
#include "samebits/testing.hpp"

namespace samebits::backends {

/// The process that used a driver first, and with it all that may.
class ProcessOwner {
 public:
  static constexpr const char* kForked =
      "this process is a child made by fork() after its parent had used this device; a driver's "
      "threads and locks do not survive that. Use the device in the child alone, or start the "
      "child "
      "as a new program (in Python: multiprocessing's 'spawn')";

  explicit ProcessOwner(const char* backend) : backend_(backend) {}

  /// True if this process may use the driver; it does from then on. To be called before any lock of
  /// the backend is taken.
  bool claim() {
    const std::int64_t me = core::forks();
    std::int64_t none = kNobody;
    return owner_.compare_exchange_strong(none, me) || none == me;
  }

  /// Throws Status::device_failed unless claim().
  void require() {
    if (claim()) return;
    throw Error(Status::device_failed, std::string(backend_) + ": " + kForked);
  }

 private:
  static constexpr std::int64_t kNobody = -1;
  const char* backend_;
  std::atomic<std::int64_t> owner_ = kNobody;
};

/// A call that fails in a forked child, and leaves the driver's objects alone there.
class OwnedCall final : public testing::PreparedCall {
 public:
  OwnedCall(ProcessOwner& owner, std::unique_ptr<testing::PreparedCall> call)
      : owner_(owner), call_(std::move(call)) {}
  ~OwnedCall() override {
    if (!owner_.claim()) static_cast<void>(call_.release());
  }
  OwnedCall(const OwnedCall&) = delete;
  OwnedCall& operator=(const OwnedCall&) = delete;

  void run() override {
    owner_.require();
    call_->run();
  }
  double device_seconds() const override { return call_->device_seconds(); }
  void upload() override {
    owner_.require();
    call_->upload();
  }
  void fetch() override {
    owner_.require();
    call_->fetch();
  }

 private:
  ProcessOwner& owner_;
  std::unique_ptr<testing::PreparedCall> call_;
};

}  // namespace samebits::backends
