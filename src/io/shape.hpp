// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic on shapes that come from untrusted headers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "samebits/core.hpp"

namespace samebits::io {

/// NumPy's own limit.
inline constexpr std::size_t kMaxAxes = 64;

/// Bytes of a dense array; nothing when a length is negative, or when the array could not be
/// addressed even with its empty axes left out (so that any partial product is safe later on).
std::optional<std::uint64_t> byte_count(std::span<const std::int64_t> shape, DType dtype);

/// "8x512x4096"; "scalar" without axes.
template <class Lengths>
std::string shape_text(const Lengths& shape) {
  if (std::empty(shape)) return "scalar";
  // The first axes tell enough of a shape that only a broken file can have.
  const auto shown = std::min(std::size(shape), kMaxAxes);
  std::string text;
  for (const auto length : std::span(shape).first(shown)) {
    if (!text.empty()) text += 'x';
    text += std::to_string(length);
  }
  return shown < std::size(shape) ? text + "x..." : text;
}

/// The bytes of an array that can be normalized; fails, naming `file`, if it has no axes, too many,
/// a last axis of 0, or too many elements.
std::uint64_t require_rows(std::string_view file, std::span<const std::int64_t> shape, DType dtype);

}  // namespace samebits::io
