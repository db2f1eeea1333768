// SPDX-License-Identifier: Apache-2.0
//
// The files of words: that a translator cannot forget a text or a field, and that none is left
// over.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "lab/language.hpp"

namespace samebits::lab {
namespace {

const std::filesystem::path kSource = SAMEBITS_SOURCE_DIR;

std::string contents_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::map<std::string, std::string> words_of(Language language) {
  const auto name = std::string(name_of(language)) + ".json";
  return nlohmann::json::parse(contents_of(kSource / "src/lab/words" / name));
}

/// "{}" and "{1}" with how often each stands; what is behind a colon is the language's own.
std::multiset<std::string> fields_of(const std::string& text) {
  std::multiset<std::string> fields;
  std::size_t number = 0;
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    const std::string field = text.substr(at + 1, text.find_first_of(":}", at) - at - 1);
    fields.insert(field.empty() ? std::to_string(number++) : field);
  }
  return fields;
}

/// All sources that may use a word, in one text.
std::string sources() {
  std::string text;
  for (const char* room : {"src/lab", "src/cli"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / room)) {
      const auto ending = entry.path().extension();
      if (ending == ".cpp" || ending == ".hpp") text += contents_of(entry.path());
    }
  }
  return text;
}

TEST(Words, HaveTheSameKeysAndFieldsInEachLanguage) {
  const auto english = words_of(Language::en);
  const auto chinese = words_of(Language::zh);
  EXPECT_GT(english.size(), 200u);
  for (const auto& [key, text] : chinese) EXPECT_TRUE(english.contains(key)) << key;
  for (const auto& [key, text] : english) {
    ASSERT_TRUE(chinese.contains(key)) << key;
    EXPECT_FALSE(text.empty()) << key;
    EXPECT_FALSE(chinese.at(key).empty()) << key;
    EXPECT_EQ(fields_of(text), fields_of(chinese.at(key))) << key;
  }
}

TEST(Words, AreAllUsed) {
  const std::string text = sources();
  for (const auto& [key, english] : words_of(Language::en)) {
    bool used = false;
    const std::string name = "Word::" + key;
    for (std::size_t at = text.find(name); at != std::string::npos && !used;
         at = text.find(name, at + 1)) {
      const char after = text[at + name.size()];
      used = after != '_' && std::isalnum(static_cast<unsigned char>(after)) == 0;
    }
    EXPECT_TRUE(used) << key;
  }
}

/// Chinese belongs into its file. What is left are marks that lines break at.
TEST(Words, AreNotInTheSources) {
  std::string text = sources();
  const std::string marks = "，。、：；？！）”";
  for (std::size_t at = text.find(marks); at != std::string::npos; at = text.find(marks)) {
    text.erase(at, marks.size());
  }
  // The first byte of every Chinese character in use.
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0xE4 || byte > 0xE9) continue;
    ADD_FAILURE() << text.substr(at < 60 ? 0 : at - 60, 80);
    return;
  }
}

TEST(Words, AreWhatTheFilesSay) {
  const auto chinese = words_of(Language::zh);
  EXPECT_EQ(text_of(Word::question, Language::zh), chinese.at("question"));
  EXPECT_EQ(say(Language::zh, Word::tile_of, 3, 4), "3 / 4");
  EXPECT_EQ(say(Language::en, Word::tile_of, 3, 4), "3 of 4");
}

TEST(Sentence, WaitsForItsLanguage) {
  const Sentence sentence(Word::why_not_taken, {"float16", "scale"});
  EXPECT_EQ(sentence.in(Language::en), "the subject does not take float16 in mode scale");
  EXPECT_EQ(sentence.in(Language::zh), "对象不接受 float16（模式 scale）");
  EXPECT_EQ(Sentence("{0} as it is").in(Language::zh), "{0} as it is");
  EXPECT_TRUE(Sentence().empty());
  EXPECT_EQ(Sentence().in(Language::en), "");
  EXPECT_FALSE(Sentence(Word::why_races).empty());
}

}  // namespace
}  // namespace samebits::lab
