// SPDX-License-Identifier: Apache-2.0
//
// The languages of reports.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

namespace samebits::lab {

enum class Language { en, zh };

inline constexpr std::array kLanguages = {Language::en, Language::zh};

constexpr std::string_view name_of(Language language) {
  return language == Language::zh ? "zh" : "en";
}

/// The same in each language; may hold fmt fields.
struct Phrase {
  std::string_view en;
  std::string_view zh;

  constexpr std::string_view in(Language language) const {
    return language == Language::zh ? zh : en;
  }
};

/// A phrase with its fields filled.
template <class... Args>
std::string say(Language language, const Phrase& phrase, const Args&... args) {
  return fmt::vformat(phrase.in(language), fmt::make_format_args(args...));
}

}  // namespace samebits::lab
