// SPDX-License-Identifier: Apache-2.0
#import <Metal/Metal.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "devices/backend.hpp"
#include "devices/metal/metal_call.hpp"
#include "devices/process_owner.hpp"

namespace samebits::backends {
namespace {

class MetalBackend final : public DeviceBackend {
 public:
  std::vector<DeviceInfo> devices(std::string& reason) override {
    if (!owner_.claim()) {
      reason = ProcessOwner::kForked;
      return {};
    }
    const std::lock_guard lock(mutex_);
    open();
    if (devices_.empty()) reason = "the system lists no Metal device";
    std::vector<DeviceInfo> all;
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      const Device device{Backend::metal, static_cast<int>(i)};
      all.push_back({.device = device,
                     .name = name_of(device),
                     .description = devices_[i]->name() + ", Metal",
                     .dtypes = {DType::float32, DType::float16, DType::bfloat16}});
    }
    return all;
  }

  void require(const core::Call& call, int index) override {
    gpu::make_plan(call, device(index).limits());
  }

  void run(const core::Call& call, int index) override {
    @autoreleasepool {
      const auto prepared = prepare(call, index);
      prepared->run();
      prepared->fetch();
    }
  }

  std::unique_ptr<testing::PreparedCall> prepare(const core::Call& call, int index) override {
    @autoreleasepool {
      return std::make_unique<OwnedCall>(owner_,
                                         std::make_unique<metal::Call>(device(index), call));
    }
  }

 private:
  void open() {
    if (!devices_.empty()) return;
    @autoreleasepool {
      for (id<MTLDevice> device in MTLCopyAllDevices()) {
        devices_.push_back(std::make_unique<metal::Device>(device));
      }
    }
  }

  metal::Device& device(int index) {
    owner_.require();
    const std::lock_guard lock(mutex_);
    open();
    const auto i = static_cast<std::size_t>(index);
    if (i >= devices_.size()) {
      throw Error(Status::no_device, "metal:" + std::to_string(i) + ": there are " +
                                         std::to_string(devices_.size()) +
                                         " Metal devices, counted from 0");
    }
    return *devices_[i];
  }

  ProcessOwner owner_{"metal"};
  std::mutex mutex_;
  std::vector<std::unique_ptr<metal::Device>> devices_;
};

}  // namespace

DeviceBackend* metal_backend() {
  static MetalBackend backend;
  return &backend;
}

}  // namespace samebits::backends
