// SPDX-License-Identifier: Apache-2.0
//
// RMSNorm, correctly rounded:  y = x * r * weight,  r = 1 / sqrt(mean(x^2) + eps).
//
//   samebits::rms_norm({.x = samebits::view(x, rows, columns),
//                       .weight = samebits::view(w, columns),
//                       .y = samebits::view(y, rows, columns),
//                       .eps = 1e-6});
//
// What is computed, to the last bit, is written in contract/CONTRACT.md.
#pragma once

#include "samebits/core.hpp"

namespace samebits {

/// How the weight enters (C5); the source of each convention is named.
enum class WeightMode {
  scale,       ///< y = RN(RN32(t * w))                torch.nn.functional.rms_norm
  none,        ///< y = RN(t)                          no weight
  cast_first,  ///< y = RN(RN32(RN(t) * w))            Llama's modelling code
  one_plus,    ///< y = RN(RN32(t * RN32(1 + w)))      Gemma's modelling code
};

/// What is normalized when a residual d is given (C6). Both are in use in the field under the
/// name "fused add RMSNorm", and they are different functions.
enum class ResidualMode {
  rounded,    ///< the sum as stored, RN(x + d)
  unrounded,  ///< the float32 sum, RN32(x + d)
};

SAMEBITS_API std::string_view name_of(WeightMode mode);
SAMEBITS_API std::string_view name_of(ResidualMode mode);

/// One norm. Absent operands keep data == nullptr.
///
/// Shapes: x, residual, y and residual_output are rows x columns of one dtype T; weight has
/// `columns` elements of T or float32. In place is allowed: y or residual_output may be exactly
/// the same view as x or residual. Any other overlap with an output is an error.
struct RmsNorm {
  ConstMatrix x{};
  ConstVector weight{};
  ConstMatrix residual{};
  Matrix y{};
  Matrix residual_output{};  ///< receives h = RN(x + residual); may be absent
  double eps = 1e-6;         ///< added to the mean square; 0 or in [2^-100, 2^100]
  WeightMode weight_mode = WeightMode::scale;  ///< without a weight: as `none`
  ResidualMode residual_mode = ResidualMode::rounded;
};

/// Normalizes each row of x, with the roundings of contract/CONTRACT.md. Zero rows are valid; zero
/// columns are not.
///
/// Thread-safe. Does not print, abort, or change the caller's floating-point environment; does
/// not depend on it either. On the CPU it allocates nothing after the first call.
/// Throws Error: for wrong arguments before anything is written; where a device fails midway, the
/// outputs then hold nothing that can be relied on.
SAMEBITS_API void rms_norm(const RmsNorm& norm, const Where& where = {});

/// What rms_norm() would answer, without doing it: the arguments, the device, and what it can hold.
/// A device may still fail, or run out of memory, when it is asked to. Every operation has one, so
/// name the struct: samebits::supports(samebits::RmsNorm{...}).
SAMEBITS_API Support supports(const RmsNorm& norm, const Where& where = {});

}  // namespace samebits
