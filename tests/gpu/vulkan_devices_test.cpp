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

Problem small_problem(std::string_view device) {
  Problem p;
  p.x = lab::random_rows(DType::float32, 2, 8, 1);
  p.options.device = device;
  return p;
}

TEST(VulkanDevices, AreDescribed) {
  for (const DeviceInfo& device : vulkan_devices()) {
    EXPECT_FALSE(device.description.empty());
    EXPECT_EQ(device.methods.size(), all_methods().size());
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
  EXPECT_EQ(status_of(small_problem("vulkan:99"), message), Status::no_device);
  EXPECT_EQ(message.rfind("rms_norm: vulkan:99: ", 0), 0u) << message;
}

TEST(VulkanDevices, SettingsThatAreNotUnderstoodAreRefused) {
  const auto devices = vulkan_devices();
  if (devices.empty()) GTEST_SKIP() << "no Vulkan device";
  for (const GpuPath& path :
       {GpuPath{devices[0].name, "quad", ""}, GpuPath{devices[0].name, "", "thread=8"},
        GpuPath{devices[0].name, "", "threads=7"}, GpuPath{devices[0].name, "", "binding=x"}}) {
    const UsePath use(path);
    std::string message;
    EXPECT_EQ(status_of(small_problem(path.device), message), Status::invalid_argument);
    EXPECT_EQ(message.rfind("rms_norm: ", 0), 0u) << message;
  }
}

}  // namespace
}  // namespace samebits::test
