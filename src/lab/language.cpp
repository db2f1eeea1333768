// SPDX-License-Identifier: Apache-2.0
#include "lab/language.hpp"

#include <fmt/args.h>

namespace samebits::lab {

std::string_view text_of(Word word, Language language) {
  struct Texts {
    std::string_view english, chinese;
  };
  static constexpr Texts kTexts[] = {
#define SAMEBITS_WORD(key, english, chinese) {english, chinese},
#include "lab/words.def"
#undef SAMEBITS_WORD
  };
  const Texts& texts = kTexts[static_cast<std::size_t>(word)];
  return language == Language::zh ? texts.chinese : texts.english;
}

std::string Sentence::in(Language language) const {
  if (empty()) return {};
  fmt::dynamic_format_arg_store<fmt::format_context> arguments;
  for (const std::string& argument : arguments_) arguments.push_back(argument);
  return fmt::vformat(text_of(word_, language), arguments);
}

}  // namespace samebits::lab
