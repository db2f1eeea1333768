// SPDX-License-Identifier: Apache-2.0
#include "io/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "io/message.hpp"

namespace samebits::io {

std::optional<std::uint64_t> byte_count(std::span<const std::int64_t> shape, DType dtype) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max());
  std::uint64_t bytes = size_of(dtype);
  bool empty = false;
  for (const std::int64_t length : shape) {
    if (length < 0) return std::nullopt;
    if (length == 0) {
      empty = true;
      continue;
    }
    if (static_cast<std::uint64_t>(length) > kMost / bytes) return std::nullopt;
    bytes *= static_cast<std::uint64_t>(length);
  }
  return empty ? 0 : bytes;
}

std::uint64_t require_rows(std::string_view file, std::span<const std::int64_t> shape,
                           DType dtype) {
  if (shape.empty()) fail(file, "found a scalar (no axes); expected an array with 1 axis or more");
  if (shape.size() > kMaxAxes) {
    fail(file, fmt::format("found {} axes; expected at most {}", shape.size(), kMaxAxes));
  }
  const auto negative = std::find_if(shape.begin(), shape.end(), [](auto n) { return n < 0; });
  if (negative != shape.end()) fail(file, fmt::format("found an axis of length {}", *negative));
  if (shape.back() == 0) {
    fail(file,
         fmt::format("last axis has 0 elements (shape {}); expected 1 or more", shape_text(shape)));
  }
  const auto bytes = byte_count(shape, dtype);
  if (!bytes) fail(file, fmt::format("shape {} is too large to address", shape_text(shape)));
  return *bytes;
}

}  // namespace samebits::io
