// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "lab/audit/phrases.hpp"
#include "lab/audit/render.hpp"
#include "lab/audit/words.hpp"

namespace samebits::lab::audit {
namespace {

/// Text from outside must not become markup.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string figures(const Cell& cell, Language language) {
  std::string text;
  for (const std::string& line : cell_figures(cell, language)) {
    text += (text.empty() ? "" : "<br>") + escaped(line);
  }
  return text;
}

std::string speed_text(const MatrixRow& row, Language language) {
  if (row.speed == nullptr) return "";
  return fmt::format(
      "{:.3g} ms<br>{}", row.speed->median_ms,
      say(language, phrase::kOfCopy, fmt::format("{:.0f} %", 100 * row.speed->copy_share)));
}

std::string matrix(const AuditReport& report, Language language) {
  std::string head =
      fmt::format("| {} | {} |", phrase::kSubject.in(language), phrase::kSpeed.in(language));
  std::string rule = "|---|---|";
  for (const Axis axis : report.axes) {
    head += fmt::format(" {} |", name_of(axis));
    rule += "---|";
  }
  std::string text = head + "\n" + rule + "\n";
  for (const MatrixRow& row : matrix_of(report)) {
    text += fmt::format("| {} | {} |", row_name(report, row), speed_text(row, language));
    for (const Cell* cell : row.cells) {
      const std::string word = verdict_word(*cell, language);
      text += fmt::format(" {}<br>{} |",
                          cell->verdict == CellVerdict::refuted ? "**" + word + "**" : word,
                          figures(*cell, language));
    }
    text += "\n";
  }
  return text;
}

std::string findings(const AuditReport& report, Language language) {
  std::string text;
  for (const MatrixRow& row : matrix_of(report)) {
    for (const Cell* cell : row.cells) {
      if (!has_section(report, *cell)) continue;
      text += fmt::format("### {}: {}\n\n{}\n\n", row_name(report, row), name_of(cell->axis),
                          escaped(finding(*cell, language)));
      if (!cell->evidence.empty()) {
        text += fmt::format("`samebits replay {}`\n\n", evidence_path(report, *cell));
      }
    }
  }
  return text;
}

std::string terms(const AuditReport& report, Language language) {
  std::string text =
      fmt::format("**{}.** {}\n\n", phrase::kWhyTitle.in(language), phrase::kWhy.in(language));
  for (const Axis axis : report.axes) {
    text += fmt::format("- **{}** ({}): {}\n", name_of(axis), title(axis, language),
                        definition(axis, language));
  }
  return text +
         fmt::format("\n{}\n\n{}\n", phrase::kUlp.in(language), phrase::kDistinct.in(language));
}

std::string tried_list(const AuditReport& report, Language language) {
  std::string text = fmt::format("{}\n\n", phrase::kTriedNote.in(language));
  for (const auto& [name, values] : tried(report)) {
    text += fmt::format("- **{}**: {}\n", escaped(name), escaped(values));
  }
  return text;
}

std::string facts(const AuditReport& report, Language language) {
  std::string text = "| | |\n|---|---|\n";
  for (const auto& [name, value] : run_facts(report, language)) {
    text += fmt::format("| {} | {} |\n", name, escaped(value));
  }
  return text;
}

}  // namespace

std::string render_markdown(const AuditReport& report, Language language) {
  std::string text = fmt::format("# {}\n\n", phrase::kTitle.in(language));
  for (const std::string& line : summary(report, language))
    text += fmt::format("- {}\n", escaped(line));
  if (!report.failures.empty()) {
    text += fmt::format("\n## {}\n\n", phrase::kFailures.in(language));
    for (const Failure& f : report.failures)
      text += fmt::format("- {}\n", escaped(failure_line(f, language)));
  }
  text += fmt::format("\n## {}\n\n{}", phrase::kMatrix.in(language), matrix(report, language));
  text += fmt::format("\n## {}\n\n{}", phrase::kTerms.in(language), terms(report, language));
  const std::string moved = findings(report, language);
  if (!moved.empty()) text += fmt::format("\n## {}\n\n{}", phrase::kFindings.in(language), moved);
  text += fmt::format("\n## {}\n\n{}", phrase::kTried.in(language), tried_list(report, language));
  return text + fmt::format("\n## {}\n\n{}", phrase::kRun.in(language), facts(report, language));
}

}  // namespace samebits::lab::audit
