// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "io/array.hpp"
#include "lab/audit/configuration.hpp"
#include "lab/audit/subject.hpp"

namespace samebits::lab::audit {

/// What a subject gave for Configuration::rows, in their order, columns back in place.
struct Answer {
  io::Array y;
  io::Array h;  ///< x + residual; no rows without a residual
  /// The y of further callers who got other bits than `y` from the same call at the same time.
  std::vector<io::Array> other_y{};
  FloatState environment_after{};
  double seconds = 0.0;  ///< in the subject

  bool has_h() const { return h.rows() > 0; }
};

/// Does all calls of a configuration. Throws Error; Misbehaviour (out_of_bounds) too, if something
/// was written beside the outputs.
Answer execute(Subject& subject, const Inputs& inputs, const Configuration& configuration);

/// Bytes of memory that the largest call of an audit of such rows needs.
std::size_t arena_bytes(std::int64_t rows, std::int64_t columns, DType dtype);

/// The largest gap between rows that configurations ask for, in elements.
inline constexpr std::int64_t kMostPadding = 80;

}  // namespace samebits::lab::audit
