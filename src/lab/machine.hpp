// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace samebits::lab {

/// Where and when figures were taken.
struct Machine {
  std::string processor;
  int cores = 0;            ///< that this process may use
  std::string simd;         ///< the SIMD target in use
  std::string system;       ///< distribution, kernel, architecture
  std::string compiler;     ///< that built the library
  std::string samebits;     ///< version
  std::string contract;     ///< version
  double load = -1.0;       ///< load average of the last minute, at the start; -1: unknown
  std::string measured_at;  ///< UTC, ISO 8601
};

Machine this_machine();

}  // namespace samebits::lab
