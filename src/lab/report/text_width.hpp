// SPDX-License-Identifier: Apache-2.0
//
// Plain text in columns, where a Chinese character takes two.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace samebits::lab {

/// Columns that UTF-8 text takes in a terminal.
int display_width(std::string_view text);

/// Filled up with spaces on the right, or on the left; longer text stays as it is.
std::string pad_right(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

/// Lines of at most `width` columns, broken at spaces and around wide characters; a longer word
/// keeps a line to itself.
std::vector<std::string> wrap(std::string_view text, int width);

}  // namespace samebits::lab
