// SPDX-License-Identifier: Apache-2.0
//
// What the audit's report says, from top to bottom.
#include <fmt/format.h>

#include "lab/audit/render.hpp"
#include "lab/audit/words.hpp"
#include "lab/report/compare_parts.hpp"
#include "lab/report/document.hpp"
#include "lab/report/svg.hpp"

namespace samebits::lab::audit {
namespace {

using doc::kFiles;
using doc::kPage;
using doc::kTerminal;
using doc::Tone;

Tone tone_of(const Cell& cell) {
  if (cell.verdict == CellVerdict::not_varied) return Tone::muted;
  if (cell.races) return Tone::middling;
  return cell.verdict == CellVerdict::invariant ? Tone::good : Tone::bad;
}

class AuditDocument {
 public:
  AuditDocument(const AuditReport& report, Language language)
      : report_(report), language_(language), rows_(matrix_of(report)) {}

  doc::Document make() {
    const Machine& machine = report_.machine;
    doc::Document document{
        .file = "audit",
        .language = language_,
        .title = say(language_, Word::audit_title, title_of(report_.terms.operation)),
        .subtitle = say(language_, Word::audit_subtitle, machine.processor, machine.measured_at,
                        machine.samebits, machine.contract)};
    answer();
    failures();
    heading(Word::audit_matrix, kFiles);
    body_.add(matrix());
    legend();
    meaning();
    findings();
    tried_values();
    heading(Word::audit_run, kFiles);
    doc::Group facts{"card"};
    facts.add(run_facts(report_, language_), kFiles);
    facts.add(end_facts(report_, language_), kTerminal);
    body_.add(std::move(facts));
    document.body = std::move(body_);
    return document;
  }

 private:
  std::string in(Word word) const { return say(language_, word); }
  void heading(Word word, doc::Media media = doc::kEverywhere) {
    body_.add(doc::Heading{2, in(word)}, media);
  }

  void answer() {
    doc::Group card{"card answer"};
    card.add(doc::Paragraph{in(Word::audit_question), doc::Voice::verdict});
    doc::List subjects;
    for (std::string& line : summary(report_, language_)) subjects.entries.push_back({line});
    card.add(std::move(subjects));
    body_.add(std::move(card));
  }

  void failures() {
    if (report_.failures.empty()) return;
    heading(Word::audit_failures);
    doc::List list{.tone = Tone::bad};
    for (const Failure& failure : report_.failures) {
      list.entries.push_back({failure_line(failure, language_)});
    }
    body_.add(std::move(list));
  }

  doc::Table matrix() const {
    // In parts that a screen can show: what hides behind a scroll bar may be what moved.
    doc::Table table{.style = "matrix", .label = in(Word::audit_matrix), .page_columns = 8};
    doc::Column names{.head = in(Word::audit_subject)};
    doc::Column speeds{.head = in(Word::audit_speed), .media = kFiles};
    for (const MatrixRow& row : rows_) {
      names.cells.push_back({row_name(report_, row)});
      speeds.cells.push_back(speed_cell(row));
    }
    table.columns.push_back(std::move(names));
    for (std::size_t i = 0; i < report_.axes.size(); ++i) {
      const Axis axis = report_.axes[i];
      doc::Column column{.head = std::string(name_of(axis)),
                         .explanation = definition(axis, language_)};
      for (const MatrixRow& row : rows_) {
        const Cell& cell = *row.cells[i];
        column.cells.push_back({verdict_word(cell, language_), tone_of(cell),
                                cell_figures(cell, language_),
                                has_section(report_, cell) ? anchor(cell) : ""});
      }
      table.columns.push_back(std::move(column));
    }
    table.columns.push_back(std::move(speeds));
    return table;
  }

  doc::Cell speed_cell(const MatrixRow& row) const {
    if (row.speed == nullptr) return {};
    return {.text = fmt::format("{:.3g} ms", row.speed->median_ms),
            .figures = {say(language_, Word::audit_of_copy,
                            fmt::format("{:.0f} %", 100 * row.speed->copy_share))}};
  }

  void legend() {
    doc::List legend{.kind = doc::ListKind::legend};
    const auto add = [&](Word word, Word meaning, Tone tone) {
      legend.entries.push_back({in(meaning), in(word), {}, tone});
    };
    add(Word::audit_same, Word::audit_legend_same, Tone::good);
    add(Word::audit_moved, Word::audit_legend_moved, Tone::bad);
    add(Word::audit_race, Word::audit_legend_race, Tone::middling);
    add(Word::audit_not_varied, Word::audit_legend_not_varied, Tone::muted);
    body_.add(std::move(legend));
  }

  void meaning() {
    heading(Word::audit_terms, kFiles);
    doc::Group card{"card"};
    card.add(doc::Heading{3, in(Word::audit_why_title)});
    card.add(doc::Paragraph{in(Word::audit_why)});
    doc::List terms{.kind = doc::ListKind::terms};
    for (const Axis axis : report_.axes) {
      terms.entries.push_back(
          {definition(axis, language_), std::string(name_of(axis)), title(axis, language_)});
    }
    card.add(std::move(terms));
    card.add(doc::Paragraph{in(Word::audit_ulp), doc::Voice::muted});
    card.add(doc::Paragraph{in(Word::audit_distinct), doc::Voice::muted});
    body_.add(std::move(card), kFiles);
  }

  static std::string anchor(const Cell& cell) {
    return fmt::format("{}-{}-{}-{}x{}-{}", cell.subject, cell.device,
                       samebits::name_of(cell.dtype), cell.rows, cell.columns, name_of(cell.axis));
  }

  void findings() {
    bool any = false;
    for (const MatrixRow& row : rows_) {
      for (const Cell* cell : row.cells) {
        if (!has_section(report_, *cell)) continue;
        if (!any) heading(Word::audit_findings);
        any = true;
        section(row_name(report_, row), *cell);
      }
    }
  }

  /// A terminal has one paragraph of it.
  void section(const std::string& row, const Cell& cell) {
    const std::string path = cell.evidence.empty() ? "" : evidence_path(report_, cell);
    std::string text = finding(cell, language_);
    body_.add(
        doc::List{.entries = {{fmt::format("{}, {}: {} {}", row, name_of(cell.axis), text, path)}}},
        kTerminal);
    doc::Group card{"card finding", anchor(cell)};
    card.add(doc::Heading{3, fmt::format("{}: {}", row, name_of(cell.axis)),
                          title(cell.axis, language_)});
    card.add(doc::Paragraph{std::move(text)});
    doc::Group columns{"columns"};
    if (cell.moved_values > 0) columns.add(histogram(cell), kPage);
    doc::Group words{""};
    if (cell.first_difference.row >= 0) {
      words.add(doc::Heading{4, in(Word::audit_first_difference)});
      words.add(doc::Code{first_difference(cell)});
    }
    if (!path.empty()) {
      words.add(doc::Heading{4, in(Word::audit_evidence)});
      words.add(doc::Code{fmt::format("samebits replay {}", path)});
    }
    columns.add(std::move(words));
    card.add(std::move(columns));
    body_.add(std::move(card), kFiles);
  }

  /// Bars of the classes that hold anything, 0 left out: those elements did not move.
  doc::Picture histogram(const Cell& cell) const {
    Panel panel{.title = {}, .rows = {}, .ticks = share_ticks()};
    for (std::size_t i = 1; i < UlpHistogram::kClasses; ++i) {
      if (cell.differences.counts[i] == 0) continue;
      const double share =
          static_cast<double>(cell.differences.counts[i]) / static_cast<double>(cell.moved_values);
      panel.rows.push_back({ulp_class_text(i), {{share, Ink::none}}, percent(share)});
    }
    return {.title = in(Word::audit_histogram),
            .caption = say(language_, Word::audit_histogram_note, count_text(cell.moved_values)),
            .svg = draw({panel})};
  }

  std::string first_difference(const Cell& cell) const {
    const FirstDifference& first = cell.first_difference;
    const int digits = cell.dtype == DType::float32 ? 8 : 4;
    return fmt::format("{}[{}, {}]\n0x{:0{}X}  {:.9g}\n0x{:0{}X}  {:.9g}   {}", first.output,
                       first.row, first.column, first.bits_a, digits, first.value_a, first.bits_b,
                       digits, first.value_b, ulp_words(first.ulp, language_));
  }

  void tried_values() {
    heading(Word::audit_tried);
    doc::Group card{"card"};
    card.add(doc::Paragraph{in(Word::audit_tried_note), doc::Voice::muted}, kFiles);
    doc::List terms{.kind = doc::ListKind::terms};
    for (auto& [name, values] : tried(report_)) terms.entries.push_back({values, name});
    card.add(std::move(terms));
    body_.add(std::move(card));
  }

  const AuditReport& report_;
  Language language_;
  std::vector<MatrixRow> rows_;
  doc::Group body_{"report"};
};

}  // namespace

doc::Document document_of(const AuditReport& report, Language language) {
  return AuditDocument(report, language).make();
}

}  // namespace samebits::lab::audit
