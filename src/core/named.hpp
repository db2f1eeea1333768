// SPDX-License-Identifier: Apache-2.0
//
// One table an enum: its values in the order in which they are listed, and their names. name_of()
// and whatever reads names look there.
#pragma once

#include <algorithm>
#include <span>
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

}  // namespace samebits::core
