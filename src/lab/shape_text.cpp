// SPDX-License-Identifier: Apache-2.0
#include "lab/shape_text.hpp"

#include <charconv>

#include "io/message.hpp"
#include "samebits/samebits.hpp"

namespace samebits::lab {

std::vector<std::int64_t> parse_shape(std::string_view text) {
  std::vector<std::int64_t> shape;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::int64_t length = 0;
    const auto [next, error] = std::from_chars(at, end, length);
    if (error != std::errc{} || length < 0) break;
    shape.push_back(length);
    if (next == end) return shape;
    if (*next != 'x') break;
    at = next + 1;
  }
  throw Error(Status::invalid_argument,
              "shape " + io::quote(text) +
                  " is not understood; expected lengths joined by x, such as 8x512x4096");
}

}  // namespace samebits::lab
