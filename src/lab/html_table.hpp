// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/compare.hpp"
#include "lab/language.hpp"
#include "lab/report_table.hpp"

namespace samebits::lab {

/// The table of one input: in each cell the figure, and below it in small print what explains it.
std::string html_table(const CompareReport& report, const InputResult& input, Language language);

/// Any other table, as it is.
std::string html_table(const Table& table);

std::string html_pill(Tier tier, Language language);
std::string html_pill(Recommendation recommendation, Language language);

}  // namespace samebits::lab
