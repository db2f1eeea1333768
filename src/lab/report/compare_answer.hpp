// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lab/compare.hpp"
#include "lab/language.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab {

/// What a report begins with, computed from its figures.
struct Answer {
  std::string verdict;                  ///< "Yes."
  std::vector<std::string> paragraphs;  ///< what the best method did and costs; what the others did
  std::vector<doc::Entry> tiles;
};
Answer answer_of(const CompareReport& report, Language language);

}  // namespace samebits::lab
