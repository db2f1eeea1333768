// SPDX-License-Identifier: Apache-2.0
//
// The code that our pages show, cut out of them.
#pragma once

#include <string>
#include <vector>

namespace samebits::test {

/// A fenced block of a Markdown page.
struct Block {
  std::string page;      ///< relative to the source tree
  int line;              ///< of the opening fence, counted from 1
  std::string language;  ///< the word after the fence; empty if there is none
  std::string text;

  std::string place() const { return page + ":" + std::to_string(line); }
};

/// Every page that we publish: README*.md, and *.md in contract/, docs/, data/ and bench/.
std::vector<std::string> pages();

/// Every block of every page, in order.
std::vector<Block> blocks();

std::vector<std::string> lines_of(const std::string& text);

}  // namespace samebits::test
