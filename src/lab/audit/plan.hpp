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
  Sentence not_varied{};  ///< why, where there are no groups
};

struct PlanInput {
  const Capabilities& capabilities;
  std::int64_t rows;  ///< of the inputs
  std::int64_t columns;
  std::size_t element_size;
  int trials;  ///< of `repeat`
  std::uint64_t seed;
};

/// Not for Axis::batch, whose sizes depend on what is found, and Axis::together.
Plan plan(Axis axis, const PlanInput& input);

/// One setting of all `axes` at random, with a residual or without.
Configuration random_configuration(const std::vector<Axis>& axes, const PlanInput& input,
                                   bool fused, Random& random);
/// What those are compared with: nothing varied, the residual fused if `fused`.
Configuration plain_configuration(const PlanInput& input, bool fused);

/// Enough rows that one of them moves if any would: formats of 16 bits hide a change of the inverse
/// RMS in most rows.
std::int64_t few_rows(const PlanInput& input);

/// `rows` in calls of `size`, and what is left in a smaller one.
std::vector<std::int64_t> cut(std::int64_t rows, std::int64_t size);

}  // namespace samebits::lab::audit
