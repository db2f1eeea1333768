// SPDX-License-Identifier: Apache-2.0
//
// What the fuzz targets share. Their checks hold in every build, so assert will not do.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "samebits/testing.hpp"

inline void require(bool condition) {
  if (!condition) __builtin_trap();
}

/// Multiplied as Array::rows and Array::elements do: without a check, from left to right.
inline std::uint64_t elements_of(std::span<const std::int64_t> shape) {
  std::int64_t product = 1;
  for (const std::int64_t length : shape) product *= length;
  return static_cast<std::uint64_t>(product);
}

/// Runs `action`, which may succeed or throw samebits::Error with one line of printable ASCII that
/// starts with the file's name; nothing else may leave it.
template <typename Action>
void require_clean_errors(Action&& action) {
  try {
    action();
  } catch (const samebits::Error& error) {
    const std::string_view message = error.what();
    require(error.status() == samebits::Status::invalid_argument);
    require(message.starts_with("<memory>: ") && message.size() < 2000);
    for (const char c : message) require(c >= 0x20 && c < 0x7F);
  }
}
