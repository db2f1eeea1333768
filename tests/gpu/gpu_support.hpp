// SPDX-License-Identifier: Apache-2.0
//
// What the tests of GPU backends share.
#pragma once

#include <string>
#include <vector>

#include "tests/support.hpp"

namespace samebits::test {

/// The Vulkan devices that can be used. Empty only if SAMEBITS_ALLOW_NO_GPU is 1; fails the test
/// loudly otherwise.
std::vector<DeviceInfo> vulkan_devices();

/// One way to run on a device.
struct GpuPath {
  Device device;
  testing::GpuSchedule gpu{};

  std::string text() const;
};

/// Every arithmetic that this device can run: sums in double and in integers, products in the
/// device's float32 and in integers.
std::vector<GpuPath> arithmetic_paths();

/// run() on a path, with the outputs on the device filled with a pattern before.
Answer run_on(const GpuPath& path, Problem problem);

/// Where `a` and `b` differ, y and h both; empty if nowhere.
std::string difference(const Answer& a, const Answer& b);

}  // namespace samebits::test
