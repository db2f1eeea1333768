// SPDX-License-Identifier: Apache-2.0
//
// What is tried on each axis.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/audit/axis.hpp"
#include "lab/audit/configuration.hpp"
#include "lab/audit/subject.hpp"
#include "lab/language.hpp"

namespace samebits::lab::audit {

struct Variation {
  std::string label;  ///< the value on the axis: "255", "AVX2", "x +4"
  Configuration configuration;
};

/// Configurations that must give each row the bits that it has in `base`.
struct Group {
  Configuration base;
  std::vector<Variation> variations;
};

struct Plan {
  std::vector<Group> groups;
  Phrase not_varied{};  ///< why, where there are no groups
};

struct PlanInput {
  const Capabilities& capabilities;
  std::int64_t rows;  ///< of the material
  std::int64_t columns;
  std::size_t element_size;
  int trials;  ///< of `repeat`
  std::uint64_t seed;
};

/// Not for Axis::together.
Plan plan(Axis axis, const PlanInput& input);

/// One setting of all `axes` at random, with a residual or without.
Configuration random_configuration(const std::vector<Axis>& axes, const PlanInput& input,
                                   bool fused, Random& random);
/// What those are compared with: nothing varied, the residual fused if `fused`.
Configuration plain_configuration(const PlanInput& input, bool fused);

/// Batch sizes around every power of two up to `most`, ascending.
std::vector<std::int64_t> telling_sizes(std::int64_t most);

}  // namespace samebits::lab::audit
