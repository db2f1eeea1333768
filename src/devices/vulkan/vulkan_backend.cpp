// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "devices/backend.hpp"
#include "devices/process_owner.hpp"
#include "devices/vulkan/call.hpp"
#include "devices/vulkan/device_copy.hpp"

namespace samebits::backends {
namespace {

using vulkan::Device;
using vulkan::Traits;

class VulkanBackend final : public DeviceBackend {
 public:
  std::vector<DeviceInfo> devices(std::string& reason) override {
    if (!owner_.claim()) {
      reason = ProcessOwner::kForked;
      return {};
    }
    const std::lock_guard lock(mutex_);
    if (!open(reason)) return {};
    std::vector<DeviceInfo> all;
    for (std::size_t i = 0; i < slots_.size(); ++i) all.push_back(info(i));
    return all;
  }

  void require(const core::Call& call, int index) override { vulkan::require(device(index), call); }

  void run(const core::Call& call, int index) override {
    const auto prepared = prepare(call, index);
    prepared->run();
    prepared->fetch();
  }

  std::unique_ptr<testing::PreparedCall> prepare(const core::Call& call, int index) override {
    Device& chosen = device(index);
    return std::make_unique<OwnedCall>(
        owner_, std::make_unique<vulkan::Call>(chosen, full_name(chosen, index), call));
  }

  std::unique_ptr<testing::PreparedCall> prepare_copy(std::int64_t bytes, int index) override {
    Device& chosen = device(index);
    return std::make_unique<OwnedCall>(
        owner_, vulkan::make_device_copy(chosen, full_name(chosen, index), bytes));
  }

 private:
  /// A device, opened when it is first used.
  struct Slot {
    Traits traits;
    std::unique_ptr<Device> device;
  };

  static std::string full_name(const Device& device, int index) {
    return name_of(samebits::Device{Backend::vulkan, index}) + " (" + device.traits().description +
           ")";
  }

  /// Opens the loader, once; false with the reason where there is nothing to open.
  bool open(std::string& reason) {
    if (instance_) return true;
    try {
      auto instance = std::make_unique<vulkan::Instance>();
      if (instance->devices().empty()) {
        reason = "the Vulkan loader lists no device; is a driver installed?";
        return false;
      }
      std::vector<Slot> slots;
      for (const auto& physical : instance->devices()) {
        slots.push_back({vulkan::read_traits(physical), nullptr});
      }
      slots_ = std::move(slots);
      instance_ = std::move(instance);
      return true;
    } catch (const std::exception& error) {
      reason = fmt::format("no Vulkan loader or driver could be opened: {}", error.what());
      return false;
    }
  }

  Device& device(int index) {
    owner_.require();
    const std::lock_guard lock(mutex_);
    std::string reason;
    if (!open(reason)) throw Error(Status::no_device, "vulkan: " + reason);
    const auto i = static_cast<std::size_t>(index);
    if (i >= slots_.size()) {
      throw Error(Status::no_device,
                  fmt::format("{}: there are {} Vulkan devices, counted from 0",
                              name_of(samebits::Device{Backend::vulkan, index}), slots_.size()));
    }
    Slot& slot = slots_[i];
    if (!slot.traits.missing.empty()) {
      throw Error(Status::unsupported,
                  fmt::format("{} ({}): {}", name_of(samebits::Device{Backend::vulkan, index}),
                              slot.traits.description, slot.traits.missing));
    }
    if (!slot.device) {
      try {
        slot.device = std::make_unique<Device>(instance_->devices()[i], slot.traits);
      } catch (...) {
        vulkan::rethrow_as_error(name_of(samebits::Device{Backend::vulkan, index}) + " (" +
                                 slot.traits.description + ")");
      }
    }
    return *slot.device;
  }

  DeviceInfo info(std::size_t index) const {
    const Traits& traits = slots_[index].traits;
    const samebits::Device device{Backend::vulkan, static_cast<int>(index)};
    DeviceInfo info{.device = device,
                    .name = name_of(device),
                    .description = traits.description,
                    .software = traits.software,
                    .dtypes = {DType::float32, DType::float16, DType::bfloat16}};
    if (!traits.missing.empty()) {
      info.status = Status::unsupported;
      info.reason = traits.missing;
      info.dtypes.clear();
    }
    return info;
  }

  ProcessOwner owner_{"vulkan"};
  std::mutex mutex_;
  std::unique_ptr<vulkan::Instance> instance_;
  std::vector<Slot> slots_;  // after the instance that their devices belong to: they go first
};

}  // namespace

DeviceBackend* vulkan_backend() {
  // Never destroyed: at the program's end the driver may have gone before.
  static auto* const backend = new VulkanBackend;
  return backend;
}

}  // namespace samebits::backends
