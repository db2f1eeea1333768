// SPDX-License-Identifier: Apache-2.0
//
// A subject that gives other bits exactly where it is told to.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "lab/audit/audit.hpp"

namespace samebits::test {

struct Behaviour {
  std::optional<lab::audit::Axis> broken{};  ///< other bits for one value on this axis
  std::int64_t odd_call = 0;                 ///< the call of this number, from 1; 0: none
  std::int64_t first_calls = 0;              ///< so many of its first calls
  std::vector<std::int64_t> switches{};      ///< others for each of these numbers of rows and more
  bool other_callers = false;                ///< callers beside the first
  std::int64_t* calls = nullptr;             ///< counts its calls
};

std::unique_ptr<lab::audit::Subject> make_synthetic(const Behaviour& behaviour);

}  // namespace samebits::test
