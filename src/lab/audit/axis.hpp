// SPDX-License-Identifier: Apache-2.0
//
// What an audit varies. Every axis is a promise of its own; "deterministic" may mean any of them.
#pragma once

#include <span>
#include <string_view>

#include "lab/language.hpp"

namespace samebits::lab::audit {

enum class Axis {
  repeat,
  batch,
  position,
  chunk,
  prefill,
  threads,
  streams,
  simd,
  alignment,
  in_place,
  fusion,
  columns,
  environment,
  device,
  together,  ///< all the others at random, those left out that move bits by themselves
};

/// In the order of reports; `together` is the last.
std::span<const Axis> all_axes();

/// "in-place"
std::string_view name_of(Axis axis);

/// Throws Error that lists the names.
Axis parse_axis(std::string_view name);

/// What people call it, and what is varied and what must then not change, in one sentence.
std::string title(Axis axis, Language language);
std::string definition(Axis axis, Language language);

}  // namespace samebits::lab::audit
