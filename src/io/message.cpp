// SPDX-License-Identifier: Apache-2.0
#include "io/message.hpp"

#include <fmt/format.h>

#include "samebits/core.hpp"

namespace samebits::io {
namespace {

constexpr std::size_t kLongestQuote = 60;

bool is_control(unsigned char byte) {
  return byte < 0x20 || byte == 0x7F;
}

std::string escaped(unsigned char byte) {
  if (byte == '\n') return "\\n";
  return fmt::format("\\x{:02x}", byte);
}

}  // namespace

std::string quote(std::string_view bytes) {
  std::string text = "'";
  for (const char c : bytes.substr(0, kLongestQuote)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_control(byte) || byte >= 0x80) {
      text += escaped(byte);
    } else if (c == '\\') {
      text += "\\\\";  // or a file could spell an escape that is not one
    } else {
      text += c;
    }
  }
  return text + (bytes.size() > kLongestQuote ? "...'" : "'");
}

std::string printable(std::string_view path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_control(byte)) {
      text += escaped(byte);
    } else {
      text += c;
    }
  }
  return text;
}

void fail(std::string_view file, std::string_view what) {
  throw Error(Status::invalid_argument, fmt::format("{}: {}", printable(file), what));
}

}  // namespace samebits::io
