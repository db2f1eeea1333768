// SPDX-License-Identifier: Apache-2.0
//
// What the comparison report says, from top to bottom.
#include <fmt/format.h>

#include "lab/report.hpp"
#include "lab/report/compare_parts.hpp"

namespace samebits::lab {
namespace {

using doc::kFiles;
using doc::kPage;
using doc::Voice;

class CompareDocument {
 public:
  CompareDocument(const CompareReport& report, Language language)
      : report_(report), language_(language) {}

  doc::Document make() {
    const Machine& machine = report_.machine;
    doc::Document document{
        .file = "report",
        .language = language_,
        .title = say(language_, Word::title, title_of(report_.operation)),
        .subtitle = say(language_, Word::subtitle, machine.processor, machine.measured_at,
                        machine.samebits, machine.contract)};
    answer();
    for (const InputResult& input : report_.inputs) result(input);
    body_.add(doc::Paragraph{in(Word::pictures_elsewhere)}, doc::kMarkdown);
    devices();
    meaning();
    rules();
    heading(Word::timing);
    body_.add(doc::List{.entries = {{in(Word::timing_1)},
                                    {in(Word::timing_2)},
                                    {in(Word::timing_3)},
                                    {in(Word::timing_4)}},
                        .tone = doc::Tone::muted},
              kFiles);
    heading(Word::machine);
    doc::Group facts{"card"};
    facts.add(machine_facts(report_, language_));
    body_.add(std::move(facts), kFiles);
    heading(Word::repeat);
    if (!report_.command_line.empty()) body_.add(doc::Code{report_.command_line}, kFiles);
    body_.add(doc::Paragraph{in(Word::repeat_text), Voice::muted}, kFiles);
    document.body = std::move(body_);
    return document;
  }

 private:
  std::string in(Word word) const { return say(language_, word); }
  void heading(Word word) { body_.add(doc::Heading{2, in(word)}, kFiles); }

  void answer() {
    const Answer answer = answer_of(report_, language_);
    doc::Group card{"card answer"};
    const std::string question = in(Word::question);
    card.add(doc::Paragraph{question, Voice::question}, kPage);
    card.add(doc::Paragraph{answer.verdict, Voice::verdict}, kPage);
    card.add(doc::Paragraph{fmt::format("{} {}", question, answer.verdict), Voice::verdict},
             doc::kMarkdown | doc::kTerminal);
    Voice voice = Voice::plain;
    for (const std::string& paragraph : answer.paragraphs) {
      card.add(doc::Paragraph{paragraph, std::exchange(voice, Voice::muted)});
    }
    if (!answer.tiles.empty()) {
      card.add(doc::List{.kind = doc::ListKind::tiles, .entries = answer.tiles}, kPage);
    }
    body_.add(std::move(card));
  }

  void result(const InputResult& input) {
    body_.add(doc::Heading{2, input.label.in(language_)});
    body_.add(doc::Paragraph{input_text(report_, input, language_), Voice::muted});
    const std::string noise = noise_text(input, language_);
    if (!noise.empty()) body_.add(doc::Paragraph{noise, Voice::warning});
    body_.add(table_of(report_, input, language_));
    if (doc::Table gpu = gpu_table_of(report_, input, language_); !gpu.columns.empty()) {
      body_.add(doc::Heading{3, in(Word::gpu_times)});
      body_.add(doc::Paragraph{in(Word::gpu_times_text), Voice::muted}, kFiles);
      body_.add(std::move(gpu));
    }
    doc::Group pictures{"pictures"};
    pictures.add(time_picture(input, language_));
    pictures.add(error_picture(report_, input, language_));
    pictures.add(runs_picture(report_, input, language_));
    body_.add(std::move(pictures), kPage);
  }

  void devices() {
    doc::List notes = device_notes(report_, language_);
    if (notes.entries.empty()) return;
    body_.add(doc::Heading{2, in(Word::devices)});
    body_.add(std::move(notes));
  }

  void meaning() {
    static constexpr std::pair<Word, Word> kTerms[] = {
        {Word::meaning_time_term, Word::meaning_time_text},
        {Word::meaning_speed_term, Word::meaning_speed_text},
        {Word::meaning_difference_term, Word::meaning_difference_text},
        {Word::meaning_deterministic_term, Word::meaning_deterministic_text},
        {Word::meaning_batch_term, Word::meaning_batch_text},
        {Word::meaning_right_term, Word::meaning_right_text}};
    heading(Word::meaning);
    doc::List terms{.kind = doc::ListKind::terms};
    for (const auto& [term, text] : kTerms) terms.entries.push_back({in(text), in(term)});
    doc::Group card{"card"};
    card.add(std::move(terms));
    body_.add(std::move(card), kFiles);
  }

  /// Cells of the best first, then the rest, beside their conditions.
  template <class Rules, class CellOf>
  doc::Table rule_table(Word what, const Rules& rules, const CellOf& cell_of, doc::Cell rest) {
    doc::Column names{.head = in(what)};
    doc::Column conditions{.head = in(Word::condition)};
    for (const auto& rule : rules) {
      names.cells.push_back(cell_of(rule));
      conditions.cells.push_back({condition_text(rule, language_)});
    }
    names.cells.push_back(std::move(rest));
    conditions.cells.push_back({in(Word::otherwise)});
    return {.style = "results rules",
            .label = in(what),
            .columns = {std::move(names), std::move(conditions)}};
  }

  void rules() {
    heading(Word::rules);
    body_.add(doc::Paragraph{in(Word::rules_intro), Voice::muted}, kFiles);
    doc::Group columns{"columns"};
    columns.add(rule_table(
        Word::tier, tier_rules(), [&](const TierRule& r) { return tier_cell(r.tier, language_); },
        tier_cell(Tier::slow, language_)));
    columns.add(rule_table(
        Word::recommendation, recommendation_rules(),
        [&](const RecommendationRule& r) {
          return recommendation_cell(r.recommendation, language_);
        },
        recommendation_cell(Recommendation::not_recommended, language_)));
    body_.add(std::move(columns), kFiles);
    body_.add(doc::Paragraph{verdict_rule_text(language_), Voice::muted}, kFiles);
  }

  const CompareReport& report_;
  Language language_;
  doc::Group body_{"report"};
};

}  // namespace

doc::Document document_of(const CompareReport& report, Language language) {
  return CompareDocument(report, language).make();
}

}  // namespace samebits::lab
