// SPDX-License-Identifier: Apache-2.0
//
// The paragraph a report begins with, computed from its figures.
#pragma once

#include <string>
#include <vector>

#include "lab/compare.hpp"
#include "lab/language.hpp"

namespace samebits::lab {

/// A figure shown large.
struct Tile {
  std::string value;
  std::string label;
};

struct Answer {
  std::string verdict;  ///< "Yes."
  std::string text;     ///< what the best method did, and what it costs
  std::string others;   ///< what the other methods did; may be empty
  std::vector<Tile> tiles;
};

Answer answer_of(const CompareReport& report, Language language);

}  // namespace samebits::lab
