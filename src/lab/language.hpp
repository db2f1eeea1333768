// SPDX-License-Identifier: Apache-2.0
//
// The languages of reports.
#pragma once

#include <optional>
#include <string_view>

namespace samebits::lab {

enum class Language { en, zh };

/// "en", "zh"; nothing for others.
constexpr std::optional<Language> language_from(std::string_view name) {
  if (name == "en") return Language::en;
  if (name == "zh") return Language::zh;
  return std::nullopt;
}

}  // namespace samebits::lab
