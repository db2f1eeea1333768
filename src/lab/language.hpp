// SPDX-License-Identifier: Apache-2.0
//
// Text in the languages of reports. All of it is in words/en.json and words/zh.json, from which the
// build makes words.def: one line SAMEBITS_WORD(key, English, Chinese) for each key.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace samebits::lab {

enum class Language { en, zh };

inline constexpr std::array kLanguages = {Language::en, Language::zh};

constexpr std::string_view name_of(Language language) {
  return language == Language::zh ? "zh" : "en";
}

/// A key of the files: each text of a report is one.
enum class Word {
#define SAMEBITS_WORD(key, english, chinese) key,
#include "lab/words.def"
#undef SAMEBITS_WORD
};

/// The text of the key, which may have fmt fields.
std::string_view text_of(Word word, Language language);

/// The text with its fields filled.
template <class... Args>
std::string say(Language language, Word word, const Args&... args) {
  return fmt::vformat(text_of(word, language), fmt::make_format_args(args...));
}

/// Something that a measurement says before anybody knows in which language it will be read.
class Sentence {
 public:
  Sentence() = default;
  Sentence(std::string verbatim) : arguments_{std::move(verbatim)} {}
  Sentence(const char* verbatim) : Sentence(std::string(verbatim)) {}
  Sentence(Word word, std::vector<std::string> arguments = {})
      : word_(word), arguments_(std::move(arguments)) {}

  bool empty() const { return word_ == Word::verbatim && arguments_.empty(); }
  std::string in(Language language) const;

 private:
  Word word_ = Word::verbatim;  ///< whose one field is text that has no translation
  std::vector<std::string> arguments_;
};

}  // namespace samebits::lab
