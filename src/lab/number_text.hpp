// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace samebits::lab {

/// The whole of `text` as a whole number in decimal; nothing if it is none, is followed by
/// anything, or does not fit T.
template <std::integral T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || next != end) return std::nullopt;
  return value;
}

/// The same for a double, in decimal with or without an exponent: rounded once, to nearest.
std::optional<double> parse_double(std::string_view text);

}  // namespace samebits::lab
