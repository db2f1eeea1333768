// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "bench/case.hpp"

namespace samebits::bench {

/// The machine, the build and how busy it was, one fact a line.
std::string header();

/// case | figure | value | spread | goal | met?
std::string table(std::span<const Row> rows);

/// An array of objects: case, figure, value, goal (null without one), low, high, unit.
std::string json(std::span<const Row> rows);

}  // namespace samebits::bench
