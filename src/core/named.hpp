// SPDX-License-Identifier: Apache-2.0
//
// One table an enum: its values in the order in which they are listed, and their names. name_of()
// and whatever reads names look there.
#pragma once

#include <algorithm>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>

namespace samebits::core {

template <class Value>
struct Named {
  Value value;
  std::string_view name;
};

/// The name of a value in its table; `otherwise` for a value that is none of the enum's, as a cast
/// or C may make one.
template <class Value>
constexpr std::string_view name_in(std::span<const Named<Value>> table, Value value,
                                   std::string_view otherwise) {
  const auto found = std::ranges::find(table, value, &Named<Value>::value);
  return found != table.end() ? found->name : otherwise;
}

/// The value of a range whose name_of() is `name`.
template <class Values>
auto find_named(const Values& values, std::string_view name)
    -> std::optional<std::ranges::range_value_t<Values>> {
  for (const auto value : values) {
    if (name_of(value) == name) return value;
  }
  return std::nullopt;
}

/// "a, b, c", for the message where none has it.
template <class Values>
std::string names_of(const Values& values) {
  std::string names;
  for (const auto value : values) {
    names += (names.empty() ? "" : ", ") + std::string(name_of(value));
  }
  return names;
}

}  // namespace samebits::core
