// SPDX-License-Identifier: Apache-2.0
//
// What surrounds the body of every public function that computes.
#pragma once

#include <string>
#include <string_view>

#include "core/float_environment.hpp"
#include "samebits/core.hpp"

namespace samebits::core {

/// Runs `body` in the library's float environment (C2), whatever the caller's is: a caller's
/// denormals-are-zero would let a subnormal eps pass for 0, and a GPU's driver would start threads
/// that round as the caller does. Entered here, once, so that no device can forget it. An Error
/// gets the operation's name in front: nothing below needs to know it.
template <class Body>
decltype(auto) as_operation(std::string_view name, const Body& body) {
  const FloatEnvironment environment;
  try {
    return body();
  } catch (const Error& error) {
    throw Error(error.status(), std::string(name) + ": " + error.what());
  }
}

}  // namespace samebits::core
