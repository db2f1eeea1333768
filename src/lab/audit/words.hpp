// SPDX-License-Identifier: Apache-2.0
//
// Cells and failures in words: what all renderers of the audit share.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lab/audit/audit.hpp"
#include "lab/language.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab::audit {

/// Cells of one subject, shape and dtype: a row of the matrix.
struct MatrixRow {
  std::string subject;
  std::string device;
  DType dtype = DType::float32;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<const Cell*> cells;  ///< in the order of AuditReport::axes
  const Speed* speed = nullptr;    ///< null: not measured
};
std::vector<MatrixRow> matrix_of(const AuditReport& report);

/// The folder of a cell's evidence, as `samebits replay` takes it where the audit ran.
std::string evidence_path(const AuditReport& report, const Cell& cell);
/// "exact bfloat16"; with the device and shape where the report has several.
std::string row_name(const AuditReport& report, const MatrixRow& row);

/// One word: "same", "MOVED", "race", "n/a".
std::string verdict_word(const Cell& cell, Language language);
/// The figures of a cell in a few words: "31 variations, 4.2 M values"; "2 outputs, 1.2e-07, 3
/// ulp".
std::vector<std::string> cell_figures(const Cell& cell, Language language);
/// "The bits change between 255 and 256 rows."
std::string switch_sentence(const Switch& found, Language language);
/// One paragraph on a refuted cell.
std::string finding(const Cell& cell, Language language);
std::string failure_line(const Failure& failure, Language language);

/// 12345678 as "12 M".
std::string count_text(std::int64_t count);
std::string ulp_words(std::uint64_t distance, Language language);
std::string abs_words(double difference, Language language);
/// "1-255, 300": labels that are whole numbers as ranges over those tried, others as they are; at
/// most `most` pieces.
std::string label_list(const std::vector<std::string>& labels, const std::vector<std::string>& rest,
                       std::size_t most);

/// A refuted cell worth a paragraph: where the subject does not repeat itself, only `repeat` is.
bool has_section(const AuditReport& report, const Cell& cell);

/// What was tried on each axis that was varied, in words: "batch", "1, 2, 3, 4". Where rows of the
/// matrix tried different things on an axis, their names are in the first: "batch (exact float32)".
std::vector<std::pair<std::string, std::string>> tried(const AuditReport& report);
/// Labels with a number in common places written together: "x +1, 2, 4; reversed".
std::string tried_text(const std::vector<std::string>& labels);

/// Name and value of what there is to know of a run; and what of that a terminal shows.
doc::List run_facts(const AuditReport& report, Language language);
doc::List end_facts(const AuditReport& report, Language language);

/// The sentence that sums the matrix up for each subject.
std::vector<std::string> summary(const AuditReport& report, Language language);

}  // namespace samebits::lab::audit
