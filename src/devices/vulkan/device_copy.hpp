// SPDX-License-Identifier: Apache-2.0
//
// What the device itself can copy: the ceiling for every method on it.
#pragma once

#include <memory>
#include <string>

#include "devices/vulkan/device.hpp"

namespace samebits::vulkan {

/// Copies `bytes` between two buffers nearest to the device. `device` must outlive the result.
std::unique_ptr<testing::PreparedCall> make_device_copy(Device& device, const std::string& name,
                                                        std::int64_t bytes);

}  // namespace samebits::vulkan
