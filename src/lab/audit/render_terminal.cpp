// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lab/audit/phrases.hpp"
#include "lab/audit/render.hpp"
#include "lab/audit/words.hpp"
#include "lab/text_width.hpp"

namespace samebits::lab::audit {
namespace {

std::string coloured(const std::string& text, const Cell& cell, bool colour) {
  if (!colour) return text;
  const char* const on = cell.verdict == CellVerdict::invariant ? "\033[32m"
                         : cell.verdict == CellVerdict::refuted ? "\033[1;31m"
                                                                : "\033[2m";
  return fmt::format("{}{}\033[0m", on, text);
}

class TerminalTable {
 public:
  TerminalTable(const AuditReport& report, Language language, bool colour)
      : report_(report), language_(language), colour_(colour), rows_(matrix_of(report)) {
    name_width_ = display_width(phrase::kSubject.in(language));
    for (const MatrixRow& row : rows_) {
      name_width_ = std::max(name_width_, display_width(row_name(report, row)));
    }
    for (const Axis axis : report.axes) {
      constexpr int kLeast = 5;
      widths_.push_back(std::max(kLeast, display_width(name_of(axis))));
    }
  }

  /// The matrix, in as many parts as the width asks for.
  std::string render(int width) const {
    std::string text;
    std::size_t begin = 0;
    while (begin < widths_.size()) {
      std::size_t end = begin;
      int used = name_width_;
      while (end < widths_.size() && (end == begin || used + 1 + widths_[end] <= width)) {
        used += 1 + widths_[end++];
      }
      text += part(begin, end) + "\n";
      begin = end;
    }
    return text;
  }

 private:
  std::string part(std::size_t begin, std::size_t end) const {
    std::string text = pad_right(phrase::kSubject.in(language_), name_width_);
    for (std::size_t i = begin; i < end; ++i) {
      text += fmt::format(" {}", pad_right(name_of(report_.axes[i]), widths_[i]));
    }
    text += "\n";
    for (const MatrixRow& row : rows_) {
      text += pad_right(row_name(report_, row), name_width_);
      for (std::size_t i = begin; i < end && i < row.cells.size(); ++i) {
        const Cell& cell = *row.cells[i];
        text += fmt::format(
            " {}", coloured(pad_right(verdict_word(cell, language_), widths_[i]), cell, colour_));
      }
      text += "\n";
    }
    return text;
  }

  const AuditReport& report_;
  Language language_;
  bool colour_;
  std::vector<MatrixRow> rows_;
  int name_width_ = 0;
  std::vector<int> widths_;
};

void add_wrapped(std::string& text, const std::string& paragraph, int width) {
  bool first = true;
  for (const std::string& line : wrap(paragraph, width - 2)) {
    text += first ? "" : "  ";
    text += line;
    text += '\n';
    first = false;
  }
}

std::string details(const AuditReport& report, Language language, int width) {
  std::string text;
  for (const MatrixRow& row : matrix_of(report)) {
    for (const Cell* cell : row.cells) {
      if (!has_section(report, *cell)) continue;
      std::string line = fmt::format("{}, {}: {}", row_name(report, row), name_of(cell->axis),
                                     finding(*cell, language));
      if (!cell->evidence.empty()) {
        line += ' ';
        line += evidence_path(report, *cell);
      }
      add_wrapped(text, line, width);
    }
  }
  return text;
}

std::string legend(Language language) {
  std::string text;
  const std::pair<Phrase, Phrase> entries[] = {{phrase::kSame, phrase::kLegendSame},
                                               {phrase::kMoved, phrase::kLegendMoved},
                                               {phrase::kRace, phrase::kLegendRace},
                                               {phrase::kNotVaried, phrase::kLegendNotVaried}};
  for (const auto& [word, meaning] : entries) {
    text += fmt::format("  {} {}\n", pad_right(word.in(language), 6), meaning.in(language));
  }
  return text;
}

}  // namespace

std::string render_terminal(const AuditReport& report, Language language, int width, bool colour) {
  std::string text = fmt::format("{}\n\n", phrase::kQuestion.in(language));
  for (const std::string& line : summary(report, language)) add_wrapped(text, line, width);
  text += fmt::format("\n{}", TerminalTable(report, language, colour).render(width));
  text += legend(language) + "\n" + details(report, language, width);
  text += fmt::format("\n{}\n", phrase::kTried.in(language));
  for (const auto& [name, values] : tried(report)) {
    add_wrapped(text, fmt::format("{}: {}", name, values), width);
  }
  if (!report.failures.empty()) text += fmt::format("\n{}\n", phrase::kFailures.in(language));
  for (const Failure& failure : report.failures) {
    add_wrapped(text, failure_line(failure, language), width);
  }
  if (!report.unused.empty()) {
    text += fmt::format("\n{}: {}\n", phrase::kUnused.in(language), fmt::join(report.unused, ", "));
  }
  text +=
      fmt::format("\n{}: {}. {}: {}.\n", phrase::kSeed.in(language), report.seed,
                  phrase::kDuration.in(language), say(language, phrase::kSeconds, report.seconds));
  return text;
}

}  // namespace samebits::lab::audit
