// SPDX-License-Identifier: Apache-2.0
//
// What a device is asked to do for a call, as a list of dispatches.
#pragma once

#include <vector>

#include "devices/gpu/constants.hpp"

namespace samebits::gpu {

/// A stage over the rows of one piece. Workgroups are (groups, rows modulo kMaxGroups, rows over
/// kMaxGroups).
struct Dispatch {
  Stage stage;
  std::size_t piece;
  Parameters parameters;
  std::uint32_t groups;
  std::int64_t rows;
};

/// Dispatches of which each reads what those before it wrote.
using Sequence = std::vector<Dispatch>;

struct Program {
  /// `chunked-parallel` alone: sequences that may be done in any order and at the same time.
  std::vector<Sequence> race;
  /// After those.
  Sequence sequence;
};

Program program_of(const Plan& plan);

}  // namespace samebits::gpu
