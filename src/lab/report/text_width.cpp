// SPDX-License-Identifier: Apache-2.0
#include "lab/report/text_width.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace samebits::lab {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

/// Wide and Fullwidth of Unicode's East Asian Width, in whole blocks.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD}, {0x2705, 0x2705}, {0x274C, 0x274C}};
/// Combining marks, joiners, variation selectors.
constexpr Range kZero[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

struct Character {
  std::string_view bytes;
  std::uint32_t code;
  int width;
};

bool in(const Range* begin, const Range* end, std::uint32_t code) {
  return std::any_of(begin, end, [&](Range r) { return code >= r.first && code <= r.last; });
}

/// The character at `at`; a byte that starts none counts as one column.
Character character_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  length = std::min(length, text.size() - at);
  std::uint32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  }
  const int width = in(std::begin(kZero), std::end(kZero), code)   ? 0
                    : in(std::begin(kWide), std::end(kWide), code) ? 2
                                                                   : 1;
  return {text.substr(at, length), code, width};
}

/// Pieces that a line break may fall between: words with the spaces after them, wide characters
/// one by one, closing punctuation with what it closes.
std::vector<std::string_view> pieces(std::string_view text) {
  static constexpr std::string_view kClosing = "，。、：；？！）”";
  std::vector<std::string_view> result;
  std::size_t begin = 0;
  bool breakable = false;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    const bool closes = c.width == 2 && kClosing.find(c.bytes) != std::string_view::npos;
    if (at > begin && !closes && c.bytes != " " && (breakable || c.width == 2)) {
      result.push_back(text.substr(begin, at - begin));
      begin = at;
    }
    breakable = c.width == 2 || c.bytes == " ";
    at += c.bytes.size();
  }
  if (begin < text.size()) result.push_back(text.substr(begin));
  return result;
}

}  // namespace

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    width += c.width;
    at += c.bytes.size();
  }
  return width;
}

std::string pad_right(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(text) + std::string(static_cast<std::size_t>(missing), ' ');
}

std::string pad_left(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(static_cast<std::size_t>(missing), ' ') + std::string(text);
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  const auto trimmed = [](std::string_view s) { return s.substr(0, s.find_last_not_of(' ') + 1); };
  for (const std::string_view piece : pieces(text)) {
    if (!line.empty() && display_width(line) + display_width(trimmed(piece)) > width) {
      lines.emplace_back(trimmed(line));
      line.clear();
    }
    line += piece;
  }
  if (!line.empty()) lines.emplace_back(trimmed(line));
  return lines;
}

}  // namespace samebits::lab
