// SPDX-License-Identifier: Apache-2.0
#include "lab/report/text_width.hpp"

#include <gtest/gtest.h>

namespace samebits::lab {
namespace {

TEST(DisplayWidth, ChineseTakesTwoColumns) {
  EXPECT_EQ(display_width("mean (ms)"), 9);
  EXPECT_EQ(display_width("平均时间(ms)"), 12);
  EXPECT_EQ(display_width("，。：（）"), 10);
  EXPECT_EQ(display_width("p10–p90"), 7);
  EXPECT_EQ(display_width("1.02 ×"), 6);
  EXPECT_EQ(display_width("e\u0301"), 1);  // a combining accent
  EXPECT_EQ(display_width(""), 0);
}

TEST(DisplayWidth, BrokenTextHasSomeWidth) {
  EXPECT_EQ(display_width("\xE6"), 1);
  EXPECT_EQ(display_width("a\x80"), 2);
}

TEST(Pad, FillsToTheSameColumn) {
  EXPECT_EQ(pad_right("标准", 6), "标准  ");
  EXPECT_EQ(pad_left("标准", 6), "  标准");
  EXPECT_EQ(pad_left("12.50", 6), " 12.50");
  EXPECT_EQ(pad_right("longer", 3), "longer");
}

TEST(Wrap, BreaksAtSpacesAndAroundChinese) {
  EXPECT_EQ(wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("性能与确定性", 6), (std::vector<std::string>{"性能与", "确定性"}));
  EXPECT_EQ(wrap("unbreakable", 4), (std::vector<std::string>{"unbreakable"}));
  EXPECT_TRUE(wrap("", 10).empty());
}

TEST(Wrap, LeavesNoPunctuationAtTheStartOfALine) {
  EXPECT_EQ(wrap("性能与，确定", 6), (std::vector<std::string>{"性能", "与，确", "定"}));
}

}  // namespace
}  // namespace samebits::lab
