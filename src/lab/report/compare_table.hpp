// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/compare.hpp"
#include "lab/language.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab {

/// The table of one input; copies are the last rows, methods without figures are remarks.
doc::Table table_of(const CompareReport& report, const InputResult& input, Language language);

/// The times of everything that ran on a GPU, by its clock, by ours, and with transfers; no columns
/// where nothing did.
doc::Table gpu_table_of(const CompareReport& report, const InputResult& input, Language language);

doc::Cell tier_cell(Tier tier, Language language);
doc::Cell recommendation_cell(Recommendation recommendation, Language language);

}  // namespace samebits::lab
