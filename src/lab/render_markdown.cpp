// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "lab/report.hpp"
#include "lab/report_answer.hpp"
#include "lab/report_notes.hpp"
#include "lab/report_table.hpp"
#include "lab/report_text.hpp"
#include "lab/report_words.hpp"

namespace samebits::lab {
namespace {

/// Free text inside Markdown: what would start markup or end a cell is escaped.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' || c == '\r' ? ' ' : c;
  }
  return result;
}

std::string marked(const Cell& cell) {
  static constexpr const char* kMarks[] = {"", "✅ ", "⚠️ ", "❌ ", ""};
  return kMarks[static_cast<std::size_t>(cell.tone)] + escaped(cell.text);
}

std::string heading(const Phrase& phrase, Language language) {
  return fmt::format("\n## {}\n\n", phrase.in(language));
}

std::string draw(const Table& table) {
  std::string text = "|";
  for (const Column& column : table.columns) text += fmt::format(" {} |", escaped(column.head));
  text += "\n|";
  for (const Column& column : table.columns) text += column.numeric ? "---:|" : "---|";
  text += "\n";
  for (std::size_t row = 0; row < table.columns.front().cells.size(); ++row) {
    text += "|";
    for (const Column& column : table.columns) {
      const Cell& cell = column.cells[row];
      const bool first = &column == &table.columns.front() && cell.tone != Tone::muted;
      text += first ? fmt::format(" **{}** |", marked(cell)) : fmt::format(" {} |", marked(cell));
    }
    text += "\n";
  }
  for (const std::string& remark : table.remarks) text += fmt::format("\n- {}\n", escaped(remark));
  return text;
}

std::string rules(Language language) {
  std::string text = heading(phrase::kRules, language);
  text += fmt::format("{}\n", phrase::kRulesIntro.in(language));
  const auto begin = [&](const Phrase& what) {
    text += fmt::format("\n| {} | {} |\n|---|---|\n", what.in(language),
                        phrase::kCondition.in(language));
  };
  const auto row = [&](const std::string& what, std::string_view condition) {
    text += fmt::format("| {} | {} |\n", what, condition);
  };
  begin(phrase::kTier);
  for (const TierRule& rule : tier_rules()) {
    row(tier_word(rule.tier, language), condition_text(rule, language));
  }
  row(tier_word(Tier::slow, language), phrase::kOtherwise.in(language));
  begin(phrase::kRecommendation);
  for (const RecommendationRule& rule : recommendation_rules()) {
    row(recommendation_word(rule.recommendation, language), condition_text(rule, language));
  }
  row(recommendation_word(Recommendation::not_recommended, language),
      phrase::kOtherwise.in(language));
  return fmt::format("{}\n{}\n", text, verdict_rule_text(language));
}

std::string notes(const CompareReport& report, Language language) {
  std::string text = heading(phrase::kMeaning, language);
  for (const phrase::Definition& d : phrase::kDefinitions) {
    text += fmt::format("- **{}** — {}\n", d.term.in(language), d.text.in(language));
  }
  text += rules(language) + heading(phrase::kTiming, language);
  for (const Phrase& line : phrase::kTimingText) text += fmt::format("- {}\n", line.in(language));
  text += heading(phrase::kMachine, language);
  for (const Fact& fact : machine_facts(report, language)) {
    text += fmt::format("- {}: {}\n", fact.name, escaped(fact.value));
  }
  for (const std::string& line : device_notes(report, language)) {
    text += fmt::format("- {}\n", escaped(line));
  }
  text += heading(phrase::kRepeat, language);
  if (!report.command_line.empty()) text += fmt::format("    {}\n\n", report.command_line);
  text += fmt::format("{}\n", phrase::kRepeatText.in(language));
  return text;
}

}  // namespace

std::string render_markdown(const CompareReport& report, Language language) {
  const Answer answer = answer_of(report, language);
  std::string text = fmt::format("# {}\n\n", phrase::kTitle.in(language));
  text += fmt::format("**{} {}** {}\n", phrase::kQuestion.in(language), answer.verdict,
                      escaped(answer.text));
  if (!answer.others.empty()) text += fmt::format("\n{}\n", escaped(answer.others));
  text += heading(phrase::kResults, language);
  for (const InputResult& input : report.inputs) {
    text += fmt::format("### {}\n\n{}\n\n", escaped(input.label),
                        escaped(input_text(report, input, language)));
    const std::string noise = noise_text(input, language);
    if (!noise.empty()) text += fmt::format("{}\n\n", escaped(noise));
    text += draw(table_of(report, input, language, false)) + "\n";
    if (const Table gpu = gpu_table_of(report, input, language); !gpu.columns.empty()) {
      text += fmt::format("#### {}\n\n{}\n\n{}\n", phrase::kGpuTimes.in(language),
                          phrase::kGpuTimesText.in(language), draw(gpu));
    }
  }
  text += fmt::format("{}\n", phrase::kPicturesElsewhere.in(language));
  return text + notes(report, language);
}

}  // namespace samebits::lab
