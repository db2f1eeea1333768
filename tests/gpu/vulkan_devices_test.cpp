// SPDX-License-Identifier: Apache-2.0
//
// What the backend says of its devices, and how it refuses.
#include <gtest/gtest.h>

#include "tests/gpu/gpu_support.hpp"

namespace samebits::test {
namespace {

Status status_of(const Problem& problem, std::string& message) {
  try {
    run(problem);
  } catch (const Error& error) {
    message = error.what();
    return error.status();
  }
  return Status::ok;
}

Problem small_problem(Device device, const testing::GpuSchedule& schedule = {}) {
  Problem p;
  p.x = lab::random_rows(DType::float32, 2, 8, 1);
  p.options.device = device;
  p.options.gpu = schedule;
  return p;
}

TEST(VulkanDevices, AreDescribed) {
  for (const DeviceInfo& device : vulkan_devices()) {
    EXPECT_FALSE(device.description.empty());
    EXPECT_EQ(device.dtypes.size(), 3u);
    // The software drivers that there are call themselves so.
    const bool named_so = device.description.find("llvmpipe") != std::string::npos ||
                          device.description.find("SwiftShader") != std::string::npos;
    EXPECT_TRUE(device.software || !named_so);
  }
}

TEST(VulkanDevices, NoSuchDeviceIsNoDevice) {
  if (vulkan_devices().empty()) GTEST_SKIP() << "no Vulkan device";
  std::string message;
  EXPECT_EQ(status_of(small_problem({Backend::vulkan, 99}), message), Status::no_device);
  EXPECT_EQ(message.rfind("rms_norm: vulkan:99: ", 0), 0u) << message;
}

TEST(VulkanDevices, SchedulesThatNoDeviceCanFollowAreRefused) {
  const auto devices = vulkan_devices();
  if (devices.empty()) GTEST_SKIP() << "no Vulkan device";
  std::string message;
  EXPECT_EQ(status_of(small_problem(devices[0].device, {.threads = 7}), message),
            Status::invalid_argument);
  EXPECT_EQ(message.rfind("rms_norm: GPU threads is 7; expected", 0), 0u) << message;
  EXPECT_EQ(status_of(small_problem(devices[0].device, {.loops = 1}), message),
            Status::invalid_argument);
}

}  // namespace
}  // namespace samebits::test
