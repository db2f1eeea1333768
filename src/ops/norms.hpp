// SPDX-License-Identifier: Apache-2.0
//
// The operations of ops.def: a row is multiplied with one number that its sum of squares decides.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "samebits/testing.hpp"

namespace samebits::ops {

/// What tells one operation from another.
struct NormDescription {
  std::string_view name;     ///< "rms_norm"; errors begin with it
  std::string_view title;    ///< "RMSNorm"; reports begin with it
  std::string_view formula;  ///< for people
  bool has_weight;
  bool has_residual;
  std::int64_t (*count)(std::int64_t columns);  ///< n of C3, by which the sum of squares is divided
};

#define SAMEBITS_OPERATION(name) extern const NormDescription name;
#include "core/ops.def"
#undef SAMEBITS_OPERATION

const NormDescription& description(testing::Operation operation);

/// Checks and runs a call; Options::operation is not looked at. Throws Error.
void run(const NormDescription& what, const RmsNorm& norm, const testing::Options& options);
Support supports(const NormDescription& what, const RmsNorm& norm, const testing::Options& options);

testing::Options options_of(const Where& where);

}  // namespace samebits::ops
