// SPDX-License-Identifier: Apache-2.0
//
// The SPIR-V modules that the build made of shaders/norm.comp.
#pragma once

#include <cstdint>
#include <span>

#include "devices/gpu/constants.hpp"

namespace samebits::vulkan {

using namespace gpu;  // plans and programs: what every GPU backend runs

/// How a module does its arithmetic; see norm.comp.
struct ModuleKind {
  bool in_double = false;       ///< sums of squares
  bool hardware_float = false;  ///< float32 products, with the rounding asked for by name
};

std::span<const std::uint32_t> spirv(Stage stage, ModuleKind kind);

}  // namespace samebits::vulkan
