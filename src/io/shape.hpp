// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic on shapes that come from untrusted headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "samebits/samebits.hpp"

namespace samebits::io {

/// NumPy's own limit.
inline constexpr std::size_t kMaxAxes = 64;

/// Bytes in one element. The same as samebits::size_of, which lives in a library above this one.
std::size_t element_size(DType dtype);

/// "float32", "float16", "bfloat16"; as samebits::name_of.
std::string_view dtype_text(DType dtype);

/// Bytes of a dense array; nothing when a length is negative, or when the array could not be
/// addressed even with its empty axes left out (so that any partial product is safe later on).
std::optional<std::uint64_t> byte_count(std::span<const std::int64_t> shape, DType dtype);

/// "8x512x4096"; "scalar" without axes.
std::string shape_text(std::span<const std::int64_t> shape);

/// The bytes of an array that can be normalized; fails, naming `file`, if it has no axes, too many,
/// a last axis of 0, or too many elements.
std::uint64_t require_rows(std::string_view file, std::span<const std::int64_t> shape, DType dtype);

}  // namespace samebits::io
