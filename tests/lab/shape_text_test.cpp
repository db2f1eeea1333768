// SPDX-License-Identifier: Apache-2.0
#include "lab/shape_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "samebits/testing.hpp"

namespace samebits::lab {
namespace {

std::string error_of(const std::string& text) {
  try {
    parse_shape(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ShapeText, LengthsJoinedByX) {
  EXPECT_EQ(parse_shape("4096"), std::vector<std::int64_t>{4096});
  EXPECT_EQ(parse_shape("8x512x4096"), (std::vector<std::int64_t>{8, 512, 4096}));
  EXPECT_EQ(parse_shape("2147483648x1"), (std::vector<std::int64_t>{kMostElements, 1}));
}

TEST(ShapeText, TheProductIsChecked) {
  for (const char* text : {"2097152x2097152x16", "2147483649", "4294967296x4294967296", "0", "4x0",
                           "0x9223372036854775807", "65536x65536"}) {
    EXPECT_EQ(error_of(text),
              std::string("shape '") + text + "' is out of range; expected 1 to 2^31 elements");
  }
}

TEST(ShapeText, NothingElse) {
  for (const char* text : {"", "x", "4x", "x4", "4xx4", "4X4", "4 x4", "-4x-4", "+4", "4.0", "4,4",
                           "1x10y", "9223372036854775808", "99999999999999999999x1"}) {
    EXPECT_NE(error_of(text).find("is not understood; expected lengths"), std::string::npos)
        << text;
  }
}

}  // namespace
}  // namespace samebits::lab
