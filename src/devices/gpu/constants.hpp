// SPDX-License-Identifier: Apache-2.0
//
// The shaders' stages, and the constants that specialize them for a call.
#pragma once

#include <array>
#include <cstdint>

#include "devices/gpu/plan.hpp"

namespace samebits::gpu {

/// In the order of norm.comp.
enum class Stage {
  fused,
  sum,
  decide,
  wide,
  wide_decide,
  scale,
  in_float,
  chunk_sum,
  float_sum,
};

inline constexpr int kStages = 9;

/// Whether a stage has two forms, sums in double and in integers.
bool sums_squares(Stage stage);

/// As numbered in interface.glsl; the first is the number of threads in a workgroup.
using ConstantValues = std::array<std::uint32_t, 7>;

/// What a call asks of the shaders.
class ShaderConstants {
 public:
  ShaderConstants(const Plan& plan, const core::Call& call);

  /// For one stage: zero where it does not matter, so that calls share what they can.
  ConstantValues of(Stage stage) const;

 private:
  ConstantValues values_;
};

}  // namespace samebits::gpu
