// SPDX-License-Identifier: Apache-2.0
#include "lab/shape_text.hpp"

#include "io/message.hpp"
#include "lab/number_text.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab {
namespace {

[[noreturn]] void refuse(std::string_view text, const char* expected) {
  throw Error(Status::invalid_argument, "shape " + io::quote(text) + " " + expected);
}

}  // namespace

std::vector<std::int64_t> parse_shape(std::string_view text) {
  std::vector<std::int64_t> shape;
  std::int64_t elements = 1;
  std::size_t begin = 0;
  while (begin != text.npos) {
    const std::size_t cross = text.find('x', begin);
    const auto length = parse_number<std::int64_t>(text.substr(begin, cross - begin));
    if (!length || *length < 0) {
      refuse(text, "is not understood; expected lengths joined by x, such as 8x512x4096");
    }
    if (*length == 0 || elements > kMostElements / *length) {
      refuse(text, "is out of range; expected 1 to 2^31 elements");
    }
    elements *= *length;
    shape.push_back(*length);
    begin = cross == text.npos ? text.npos : cross + 1;
  }
  return shape;
}

}  // namespace samebits::lab
