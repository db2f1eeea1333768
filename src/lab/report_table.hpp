// SPDX-License-Identifier: Apache-2.0
//
// The table of one input, before it takes the shape of a terminal or of Markdown.
#pragma once

#include <string>
#include <vector>

#include "lab/compare.hpp"
#include "lab/language.hpp"

namespace samebits::lab {

/// How a cell feels: terminals colour it, Markdown marks it.
enum class Tone { plain, good, middling, bad, muted };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

struct Column {
  std::string head;
  int rank;              ///< the least important has the largest; it is left out first
  bool numeric = false;  ///< stands to the right
  std::vector<Cell> cells;
};

/// Columns of equal length; copies are the last rows.
struct Table {
  std::vector<Column> columns;
  std::vector<std::string> remarks;  ///< methods without figures, a line each
};

Table table_of(const CompareReport& report, const InputResult& input, Language language,
               bool short_names);

/// The times of everything that ran on a GPU, by its clock, by ours, and with transfers; no columns
/// where nothing did.
Table gpu_table_of(const CompareReport& report, const InputResult& input, Language language);

}  // namespace samebits::lab
