// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <utility>

#include "lab/audit/html_style.hpp"
#include "lab/audit/phrases.hpp"
#include "lab/audit/render.hpp"
#include "lab/audit/words.hpp"
#include "lab/html_style.hpp"
#include "lab/html_text.hpp"
#include "lab/report_words.hpp"

namespace samebits::lab::audit {
namespace {

/// Writes the page from top to bottom.
class Page {
 public:
  Page(const AuditReport& report, Language language)
      : report_(report), language_(language), rows_(matrix_of(report)) {}

  std::string write() {
    begin();
    answer();
    failures();
    matrix();
    meaning();
    findings();
    tried_values();
    facts();
    text_ += "</main>\n</body>\n</html>\n";
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...);
  }
  std::string in(const Phrase& phrase) const { return html_escaped(phrase.in(language_)); }
  void heading(const Phrase& phrase) { add("<h2>{}</h2>\n", in(phrase)); }

  void begin() {
    const Machine& machine = report_.machine;
    add("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n<main>\n",
        language_ == Language::zh ? "zh-CN" : "en", in(phrase::kTitle), kStyle, kAuditStyle);
    add("<header>\n<h1>{}</h1>\n<div class=\"muted\">{}</div>\n</header>\n", in(phrase::kTitle),
        html_escaped(say(language_, phrase::kSubtitle, machine.processor, machine.measured_at,
                         machine.samebits, machine.contract)));
  }

  void answer() {
    add("<section class=\"card answer\">\n<p class=\"verdict\">{}</p>\n<ul>\n",
        in(phrase::kQuestion));
    for (const std::string& line : summary(report_, language_)) {
      add("<li>{}</li>\n", html_escaped(line));
    }
    text_ += "</ul>\n</section>\n";
  }

  void failures() {
    if (report_.failures.empty()) return;
    heading(phrase::kFailures);
    text_ += "<section class=\"card\"><ul class=\"bad\">\n";
    for (const Failure& failure : report_.failures) {
      add("<li>{}</li>\n", html_escaped(failure_line(failure, language_)));
    }
    text_ += "</ul></section>\n";
  }

  /// In parts that a screen can show: what hides behind a scroll bar may be what moved.
  void matrix() {
    constexpr std::size_t kAxesOfAPart = 8;
    heading(phrase::kMatrix);
    for (std::size_t i = 0; i < report_.axes.size(); i += kAxesOfAPart) {
      matrix_part(i, std::min(i + kAxesOfAPart, report_.axes.size()));
    }
    legend();
  }

  /// The axes from `begin` to `end`; the last part has the speed, too.
  void matrix_part(std::size_t begin, std::size_t end) {
    const bool last = end == report_.axes.size();
    add("<div class=\"card scroll\"><table class=\"matrix\"><thead><tr><th>{}</th>",
        in(phrase::kSubject));
    for (std::size_t i = begin; i < end; ++i) {
      const Axis axis = report_.axes[i];
      add("<th title=\"{}\">{}</th>", html_escaped(definition(axis, language_)), name_of(axis));
    }
    if (last) add("<th>{}</th>", in(phrase::kSpeed));
    text_ += "</tr></thead>\n<tbody>\n";
    for (const MatrixRow& row : rows_) {
      add("<tr><th>{}</th>", html_escaped(row_name(report_, row)));
      for (std::size_t i = begin; i < std::min(end, row.cells.size()); ++i) {
        matrix_cell(*row.cells[i]);
      }
      if (last) speed(row);
      text_ += "</tr>\n";
    }
    text_ += "</tbody></table></div>\n";
  }

  static const char* tone(const Cell& cell) {
    if (cell.verdict == CellVerdict::not_varied) return "muted";
    if (cell.verdict == CellVerdict::invariant && !cell.races) return "good";
    return cell.races ? "middling" : "bad";
  }

  void matrix_cell(const Cell& cell) {
    const std::string word = html_escaped(verdict_word(cell, language_));
    add("<td class=\"cell {}\">", tone(cell));
    if (has_section(report_, cell)) {
      add("<a href=\"#{}\"><b>{}</b></a>", anchor(cell), word);
    } else {
      add("<b>{}</b>", word);
    }
    for (const std::string& line : cell_figures(cell, language_)) {
      add("<small>{}</small>", html_escaped(line));
    }
    text_ += "</td>";
  }

  void speed(const MatrixRow& row) {
    if (row.speed == nullptr) {
      text_ += "<td></td>";
      return;
    }
    add("<td class=\"number\">{:.3g} ms<small>{}</small></td>", row.speed->median_ms,
        html_escaped(
            say(language_, phrase::kOfCopy, fmt::format("{:.0f} %", 100 * row.speed->copy_share))));
  }

  void legend() {
    const std::tuple<const char*, Phrase, Phrase> entries[] = {
        {"good", phrase::kSame, phrase::kLegendSame},
        {"bad", phrase::kMoved, phrase::kLegendMoved},
        {"middling", phrase::kRace, phrase::kLegendRace},
        {"muted", phrase::kNotVaried, phrase::kLegendNotVaried}};
    text_ += "<dl class=\"key\">\n";
    for (const auto& [tone, word, meaning] : entries) {
      add("<div><dt class=\"{}\">{}</dt><dd>{}</dd></div>\n", tone, in(word), in(meaning));
    }
    text_ += "</dl>\n";
  }

  void meaning() {
    heading(phrase::kTerms);
    add("<section class=\"card\">\n<h3>{}</h3>\n<p>{}</p>\n<dl class=\"terms\">\n",
        in(phrase::kWhyTitle), in(phrase::kWhy));
    for (const Axis axis : report_.axes) {
      add("<div><dt>{} <span class=\"muted\">{}</span></dt><dd>{}</dd></div>\n", name_of(axis),
          html_escaped(title(axis, language_)), html_escaped(definition(axis, language_)));
    }
    add("</dl>\n<p class=\"muted\">{}</p>\n<p class=\"muted\">{}</p>\n</section>\n",
        in(phrase::kUlp), in(phrase::kDistinct));
  }

  std::string anchor(const Cell& cell) const {
    return html_escaped(fmt::format("{}-{}-{}-{}x{}-{}", cell.subject, cell.device,
                                    samebits::name_of(cell.dtype), cell.rows, cell.columns,
                                    name_of(cell.axis)));
  }

  void findings() {
    bool any = false;
    for (const MatrixRow& row : rows_) {
      for (const Cell* cell : row.cells) {
        if (!has_section(report_, *cell)) continue;
        if (!any) heading(phrase::kFindings);
        any = true;
        section(row, *cell);
      }
    }
  }

  void section(const MatrixRow& row, const Cell& cell) {
    add("<section class=\"card finding\" id=\"{}\">\n<h3>{}: {} <span class=\"muted\">{}</span>"
        "</h3>\n<p>{}</p>\n",
        anchor(cell), html_escaped(row_name(report_, row)), name_of(cell.axis),
        html_escaped(title(cell.axis, language_)), html_escaped(finding(cell, language_)));
    text_ += "<div class=\"columns\">\n";
    if (cell.moved_values > 0) histogram(cell);
    first_difference(cell);
    text_ += "</div>\n</section>\n";
  }

  /// Bars of the classes that hold anything, 0 left out: those elements did not move.
  void histogram(const Cell& cell) {
    const UlpHistogram& h = cell.differences;
    const auto moved = static_cast<double>(cell.moved_values);
    add("<figure><h4>{}</h4>\n<table class=\"bars\"><tbody>\n", in(phrase::kHistogram));
    for (std::size_t i = 1; i < UlpHistogram::kClasses; ++i) {
      if (h.counts[i] == 0) continue;
      const double share = static_cast<double>(h.counts[i]) / moved;
      add("<tr><th>{}</th><td><i style=\"width:{:.1f}%\"></i></td><td class=\"number\">{}</td>"
          "</tr>\n",
          class_name(i), 100 * share, html_escaped(percent(share)));
    }
    add("</tbody></table><figcaption><p>{}</p></figcaption></figure>\n",
        html_escaped(say(language_, phrase::kHistogramNote, count_text(cell.moved_values))));
  }

  static std::string class_name(std::size_t i) {
    constexpr auto& kUpTo = UlpHistogram::kUpTo;
    if (i == UlpHistogram::kClasses - 1) return "NaN";
    if (i == kUpTo.size()) return fmt::format("&gt; {}", kUpTo.back());
    const std::uint64_t least = kUpTo[i - 1] + 1;
    return least == kUpTo[i] ? fmt::format("{}", least) : fmt::format("{}–{}", least, kUpTo[i]);
  }

  void first_difference(const Cell& cell) {
    const FirstDifference& first = cell.first_difference;
    text_ += "<div>\n";
    if (first.row >= 0) {
      const int digits = cell.dtype == DType::float32 ? 8 : 4;
      add("<h4>{}</h4>\n<pre>{}[{}, {}]\n0x{:0{}X}  {:.9g}\n0x{:0{}X}  {:.9g}   {}</pre>\n",
          in(phrase::kFirstDifference), first.output, first.row, first.column, first.bits_a, digits,
          first.value_a, first.bits_b, digits, first.value_b,
          html_escaped(ulp_words(first.ulp, language_)));
    }
    if (!cell.evidence.empty()) {
      add("<h4>{}</h4>\n<pre>samebits replay {}</pre>\n", in(phrase::kEvidence),
          html_escaped(evidence_path(report_, cell)));
    }
    text_ += "</div>\n";
  }

  void tried_values() {
    heading(phrase::kTried);
    add("<section class=\"card\">\n<p class=\"muted\">{}</p>\n<dl class=\"terms\">\n",
        in(phrase::kTriedNote));
    for (const auto& [name, values] : tried(report_)) {
      add("<div><dt>{}</dt><dd>{}</dd></div>\n", html_escaped(name), html_escaped(values));
    }
    text_ += "</dl>\n</section>\n";
  }

  void facts() {
    heading(phrase::kRun);
    text_ += "<div class=\"card scroll\"><table class=\"facts\"><tbody>\n";
    for (const auto& [name, value] : run_facts(report_, language_)) {
      add("<tr><th>{}</th><td>{}</td></tr>\n", html_escaped(name), html_escaped(value));
    }
    text_ += "</tbody></table></div>\n";
  }

  const AuditReport& report_;
  Language language_;
  std::vector<MatrixRow> rows_;
  std::string text_;
};

}  // namespace

std::string render_html(const AuditReport& report, Language language) {
  return Page(report, language).write();
}

}  // namespace samebits::lab::audit
