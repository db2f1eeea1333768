// SPDX-License-Identifier: Apache-2.0
//
// A CompareReport as a person or a program reads it. Nothing here measures or prints.
#pragma once

#include <string>

#include "lab/compare.hpp"
#include "lab/language.hpp"

namespace samebits::lab {

/// For a terminal: the answer in one paragraph, a table for each input, what was not supported.
/// `colour` adds ANSI escapes. Of columns that do not fit in `width`, the least telling go, and
/// that is said.
inline constexpr int kReportWidth = 120;  ///< of the terminal table, where nothing else is known
std::string render_terminal(const CompareReport& report, Language language, bool colour,
                            int width = kReportWidth);

std::string render_markdown(const CompareReport& report, Language language);

/// One file with everything in it: style and pictures too.
std::string render_html(const CompareReport& report, Language language);

/// {"schema": "samebits-compare/1", ...}: the same in every language.
std::string render_json(const CompareReport& report);

/// Writes report.html, report.md and report.json into `directory`, making it if need be. Throws
/// Error (invalid_argument) that names the folder if that cannot be done.
void write_report(const CompareReport& report, const std::string& directory, Language language);

}  // namespace samebits::lab
