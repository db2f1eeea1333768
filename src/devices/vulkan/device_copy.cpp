// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/device_copy.hpp"

#include "devices/vulkan/commands.hpp"
#include "devices/vulkan/timestamps.hpp"

namespace samebits::vulkan {
namespace {

class DeviceCopy final : public testing::PreparedCall {
 public:
  DeviceCopy(Device& device, std::string name, std::uint64_t bytes)
      : name_(std::move(name)),
        from_(device.memory().take(bytes, MemoryKind::device)),
        to_(device.memory().take(bytes, MemoryKind::device)),
        commands_(device, 0),
        times_(device) {
    commands_.begin();
    // Written once, or a driver may serve the reads from pages that do not exist yet.
    commands_.recording().fillBuffer(from_->handle(), 0, VK_WHOLE_SIZE, 1);
    commands_.end();
    commands_.run();
    commands_.begin();
    commands_.barrier();
    times_.begin(commands_);
    commands_.copy(*from_, 0, *to_, 0, bytes);
    times_.end(commands_);
    commands_.end();
  }

  void run() override {
    try {
      commands_.run();
      seconds_ = times_.span();
    } catch (...) {
      rethrow_as_error(name_);
    }
  }

  double device_seconds() const override { return seconds_; }

 private:
  std::string name_;
  Lease from_, to_;
  Commands commands_;
  Timestamps times_;
  double seconds_ = -1.0;
};

}  // namespace

std::unique_ptr<testing::PreparedCall> make_device_copy(Device& device, const std::string& name,
                                                        std::int64_t bytes) {
  try {
    return std::make_unique<DeviceCopy>(device, name, static_cast<std::uint64_t>(bytes));
  } catch (...) {
    rethrow_as_error(name);
  }
}

}  // namespace samebits::vulkan
