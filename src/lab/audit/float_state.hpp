// SPDX-License-Identifier: Apache-2.0
//
// The float environment of a caller, as other libraries leave it behind.
#pragma once

#include <string>

namespace samebits::lab::audit {

enum class Rounding { nearest, upward, downward, toward_zero };

struct FloatState {
  Rounding rounding = Rounding::nearest;
  bool flush_to_zero = false;       ///< subnormal results become zero
  bool denormals_are_zero = false;  ///< subnormal operands count as zero

  bool operator==(const FloatState&) const = default;
};

/// Of this thread. On Arm one switch does both flushings; asking for either sets it.
FloatState float_state();
void set_float_state(const FloatState& state);

/// What set_float_state(state) leaves, for comparison with what a call leaves.
FloatState normalized(FloatState state);

/// "rounding upward + flush-to-zero"; "default".
std::string describe(const FloatState& state);

}  // namespace samebits::lab::audit
