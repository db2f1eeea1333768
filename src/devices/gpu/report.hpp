// SPDX-License-Identifier: Apache-2.0
//
// What a device says of its work in the first words of the work buffer.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "devices/gpu/plan.hpp"

namespace samebits::gpu {

/// As interface.glsl has them.
struct Report {
  std::array<std::uint32_t, kRowsAt> words{};

  std::int64_t integer_rows() const { return words[0]; }
  std::int64_t ambiguous_rows() const { return words[1]; }
  std::int64_t written() const;
};

/// Throws Error (device_failed) unless every element was written, by loops that all ran to their
/// end. `device` is its full name.
void check_complete(const Report& report, const Plan& plan, const std::string& device);

}  // namespace samebits::gpu
