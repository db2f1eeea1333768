// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "lab/html_style.hpp"
#include "lab/html_table.hpp"
#include "lab/html_text.hpp"
#include "lab/report.hpp"
#include "lab/report_answer.hpp"
#include "lab/report_notes.hpp"
#include "lab/report_pictures.hpp"
#include "lab/report_text.hpp"
#include "lab/report_words.hpp"

namespace samebits::lab {
namespace {

/// Writes the page from top to bottom.
class Page {
 public:
  Page(const CompareReport& report, Language language) : report_(report), language_(language) {}

  std::string write() {
    begin();
    answer();
    for (const InputResult& input : report_.inputs) result(input);
    device_list();
    meaning();
    rules();
    timing();
    machine();
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
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
        language_ == Language::zh ? "zh-CN" : "en", in(phrase::kTitle), kStyle);
    add("<header>\n<h1>{}</h1>\n<div class=\"muted\">{}</div>\n</header>\n", in(phrase::kTitle),
        html_escaped(say(language_, phrase::kSubtitle, machine.processor, machine.measured_at,
                         machine.samebits, machine.contract)));
  }

  void answer() {
    const Answer answer = answer_of(report_, language_);
    add("<section class=\"card answer\">\n<p class=\"question\">{}</p>\n"
        "<p class=\"verdict\">{}</p>\n<p class=\"text\">{}</p>\n",
        in(phrase::kQuestion), html_escaped(answer.verdict), html_escaped(answer.text));
    if (!answer.others.empty()) {
      add("<p class=\"text muted\">{}</p>\n", html_escaped(answer.others));
    }
    if (!answer.tiles.empty()) {
      text_ += "<dl class=\"tiles\">\n";
      for (const Tile& tile : answer.tiles) {
        add("<div><dt>{}</dt><dd>{}</dd></div>\n", html_escaped(tile.value),
            html_escaped(tile.label));
      }
      text_ += "</dl>\n";
    }
    text_ += "</section>\n";
  }

  void result(const InputResult& input) {
    add("<section>\n<h2>{}</h2>\n<p class=\"muted\">{}</p>\n", html_escaped(input.label),
        html_escaped(input_text(report_, input, language_)));
    const std::string noise = noise_text(input, language_);
    if (!noise.empty()) add("<p class=\"noise\">{}</p>\n", html_escaped(noise));
    text_ += html_table(report_, input, language_);
    if (const Table gpu = gpu_table_of(report_, input, language_); !gpu.columns.empty()) {
      add("<h3>{}</h3>\n<p class=\"muted\">{}</p>\n{}", in(phrase::kGpuTimes),
          in(phrase::kGpuTimesText), html_table(gpu));
    }
    text_ += "<div class=\"pictures\">\n";
    picture(time_picture(report_, input, language_));
    picture(error_picture(report_, input, language_));
    picture(runs_picture(report_, input, language_), "wide");
    text_ += "</div>\n</section>\n";
  }

  /// The words stand apart from the drawing, so that a wide figure can put them beside it.
  void picture(const Picture& picture, const char* shape = "") {
    add("<figure class=\"card {}\">\n<figcaption>\n<h3>{}</h3>\n", shape,
        html_escaped(picture.title));
    if (picture.script.empty()) {
      add("<p>{}</p>\n</figcaption>\n</figure>\n", html_escaped(picture.caption));
      return;
    }
    text_ += "<ul class=\"legend\">\n";
    for (const LegendEntry& entry : picture.legend) {
      add("<li><i style=\"background:{}\"></i>{}</li>\n", page_colour(entry.ink),
          html_escaped(entry.text));
    }
    add("</ul>\n<p>{}</p>\n</figcaption>\n{}\n</figure>\n", html_escaped(picture.caption),
        drawing(picture));
  }

  /// The picture, or what is missing for it.
  std::string drawing(const Picture& picture) {
    const Drawing drawing =
        draw_with_gnuplot(picture.script, fmt::format("picture-{}", ++pictures_), picture.title);
    if (drawing.failure == DrawFailure::none)
      return fmt::format("<div class=\"plot\">{}</div>", drawing.svg);
    const Phrase& why =
        drawing.failure == DrawFailure::not_found ? phrase::kNoGnuplot : phrase::kGnuplotFailed;
    return fmt::format("<p class=\"empty\">{}</p>",
                       html_escaped(say(language_, phrase::kNoPicture, why.in(language_))));
  }

  void device_list() {
    const std::vector<std::string> lines = device_notes(report_, language_);
    if (lines.empty()) return;
    add("<h2>{}</h2>\n<ul class=\"muted\">\n", in(phrase::kDevices));
    for (const std::string& line : lines) add("<li>{}</li>\n", html_escaped(line));
    text_ += "</ul>\n";
  }

  void meaning() {
    heading(phrase::kMeaning);
    text_ += "<dl class=\"card terms\">\n";
    for (const phrase::Definition& d : phrase::kDefinitions) {
      add("<div><dt>{}</dt><dd>{}</dd></div>\n", in(d.term), in(d.text));
    }
    text_ += "</dl>\n";
  }

  void rule(const std::string& pill, const std::string& condition) {
    add("<tr><td>{}</td><td>{}</td></tr>\n", pill, html_escaped(condition));
  }
  void begin_rules(const Phrase& what) {
    add("<div class=\"card "
        "rules\"><table><thead><tr><th>{}</th><th>{}</th></tr></thead>\n<tbody>\n",
        in(what), in(phrase::kCondition));
  }

  void rules() {
    heading(phrase::kRules);
    add("<p class=\"muted\">{}</p>\n<div class=\"columns\">\n", in(phrase::kRulesIntro));
    const std::string otherwise(phrase::kOtherwise.in(language_));
    begin_rules(phrase::kTier);
    for (const TierRule& r : tier_rules()) {
      rule(html_pill(r.tier, language_), condition_text(r, language_));
    }
    rule(html_pill(Tier::slow, language_), otherwise);
    text_ += "</tbody></table></div>\n";
    begin_rules(phrase::kRecommendation);
    for (const RecommendationRule& r : recommendation_rules()) {
      rule(html_pill(r.recommendation, language_), condition_text(r, language_));
    }
    rule(html_pill(Recommendation::not_recommended, language_), otherwise);
    text_ += "</tbody></table></div>\n</div>\n";
    add("<p class=\"muted after\">{}</p>\n", html_escaped(verdict_rule_text(language_)));
  }

  void timing() {
    heading(phrase::kTiming);
    text_ += "<div class=\"card\"><ul class=\"timing\">\n";
    for (const Phrase& line : phrase::kTimingText) add("<li>{}</li>\n", in(line));
    text_ += "</ul></div>\n";
  }

  void machine() {
    heading(phrase::kMachine);
    text_ += "<div class=\"card rules\"><table class=\"facts\"><tbody>\n";
    for (const Fact& fact : machine_facts(report_, language_)) {
      add("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", html_escaped(fact.name),
          html_escaped(fact.value));
    }
    text_ += "</tbody></table></div>\n";
    heading(phrase::kRepeat);
    if (!report_.command_line.empty()) add("<pre>{}</pre>\n", html_escaped(report_.command_line));
    add("<p class=\"muted\">{}</p>\n", in(phrase::kRepeatText));
  }

  const CompareReport& report_;
  Language language_;
  std::string text_;
  int pictures_ = 0;
};

}  // namespace

std::string render_html(const CompareReport& report, Language language) {
  return Page(report, language).write();
}

}  // namespace samebits::lab
