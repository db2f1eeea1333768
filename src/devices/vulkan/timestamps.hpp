// SPDX-License-Identifier: Apache-2.0
//
// Time by the device's own clock.
#pragma once

#include <optional>

#include "devices/vulkan/commands.hpp"

namespace samebits::vulkan {

/// Two instants between commands, and the time from one to the other.
class Timestamps {
 public:
  explicit Timestamps(Device& device);
  /// Records the reading of the clock: before the work, and when all of it is done.
  void begin(const Commands& commands) const;
  void end(const Commands& commands) const;
  /// Once both have run: seconds between them; negative without a clock.
  double span() const;

 private:
  Device& device_;
  std::optional<vk::raii::QueryPool> pool_;
};

}  // namespace samebits::vulkan
