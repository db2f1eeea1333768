// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "lab/report/document.hpp"

extern const char* const samebits_page_style[];  // page.css alone

namespace samebits::lab::doc {
namespace {

const char* class_of(Tone tone) {
  static constexpr const char* kClasses[] = {"", "good", "middling", "bad", "muted"};
  return kClasses[static_cast<std::size_t>(tone)];
}

class HtmlWriter {
 public:
  std::string write(const Document& document) {
    add("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n"
        "<header>\n<h1>{}</h1>\n<div class=\"muted\">{}</div>\n</header>\n",
        document.language == Language::zh ? "zh-CN" : "en", html_escaped(document.title),
        samebits_page_style[0], html_escaped(document.title), html_escaped(document.subtitle));
    all(document.body);
    return text_ + "</main>\n</body>\n</html>\n";
  }

  void operator()(const Heading& h) {
    const std::string gloss =
        h.gloss.empty() ? ""
                        : fmt::format(" <span class=\"muted\">{}</span>", html_escaped(h.gloss));
    add("<h{0}>{1}{2}</h{0}>\n", h.level, html_escaped(h.text), gloss);
  }
  void operator()(const Paragraph& p) {
    static constexpr const char* kClasses[] = {"", "muted", "middling", "question", "verdict"};
    element("p", kClasses[static_cast<std::size_t>(p.voice)], p.text);
  }
  void operator()(const List& list) {
    static constexpr const char* kClasses[] = {"lines", "terms", "key", "facts", "tiles"};
    const bool lines = list.kind == ListKind::lines;
    add("<{} class=\"{} {}\">\n", lines ? "ul" : "dl",
        kClasses[static_cast<std::size_t>(list.kind)], class_of(list.tone));
    for (const Entry& e : list.entries) {
      if (lines) {
        element("li", "", e.text);
        continue;
      }
      add("<div><dt class=\"{}\">{} <span class=\"muted\">{}</span></dt><dd>{}</dd></div>\n",
          class_of(e.tone), html_escaped(e.name), html_escaped(e.gloss), html_escaped(e.text));
    }
    text_ += lines ? "</ul>\n" : "</dl>\n";
  }
  void operator()(const Code& code) { element("pre", "", code.text); }

  /// The words stand apart from the drawing, so that a wide figure can put them beside it.
  void operator()(const Picture& picture) {
    add("<figure class=\"card{}\">\n<figcaption>\n<h3>{}</h3>\n", picture.wide ? " wide" : "",
        html_escaped(picture.title));
    if (!picture.legend.empty()) {
      text_ += "<ul class=\"legend\">\n";
      for (const LegendEntry& entry : picture.legend) {
        add("<li><i style=\"background:{}\"></i>{}</li>\n", entry.colour, html_escaped(entry.text));
      }
      text_ += "</ul>\n";
    }
    element("p", "", picture.caption);
    text_ += "</figcaption>\n";
    if (!picture.svg.empty()) {
      add("<div class=\"plot\"><svg role=\"img\" aria-label=\"{}\" {}</div>\n",
          html_escaped(picture.title), picture.svg);
    }
    text_ += "</figure>\n";
  }

  void operator()(const Table& table) {
    std::vector<const Column*> own;  // columns of the page
    for (const Column& column : table.columns) {
      if ((column.media & kPage) != 0 && column.small_print.empty()) own.push_back(&column);
    }
    for (std::size_t begin = 1; begin < own.size(); begin += table.page_columns) {
      std::vector<const Column*> part = {own.front()};
      const std::size_t end = std::min(own.size(), begin + table.page_columns);
      part.insert(part.end(), own.begin() + static_cast<std::ptrdiff_t>(begin),
                  own.begin() + static_cast<std::ptrdiff_t>(end));
      table_part(table, part);
    }
  }

  void operator()(const Group& group) {
    const std::string id =
        group.id.empty() ? "" : fmt::format(" id=\"{}\"", html_escaped(group.id));
    add("<section class=\"{}\"{}>\n", group.style, id);
    all(group);
    text_ += "</section>\n";
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...);
  }
  void element(const char* tag, const char* style, const std::string& text) {
    const std::string shape = *style == 0 ? "" : fmt::format(" class=\"{}\"", style);
    add("<{0}{1}>{2}</{0}>\n", tag, shape, html_escaped(text));
  }
  void all(const Group& group) {
    for (const Block& block : group.blocks) {
      if ((block.media & kPage) != 0) std::visit(*this, block.part);
    }
  }

  void table_part(const Table& table, const std::vector<const Column*>& columns) {
    // Focusable, so that a keyboard can scroll it.
    add("<div class=\"card scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">"
        "<table class=\"{}\">\n<thead><tr>",
        html_escaped(table.label), table.style);
    for (const Column* column : columns) {
      add("<th scope=\"col\" class=\"{}\" title=\"{}\">{}</th>", column->numeric ? "number" : "",
          html_escaped(column->explanation), html_escaped(column->head));
    }
    text_ += "</tr></thead>\n<tbody>\n";
    for (std::size_t row = 0; row < columns.front()->cells.size(); ++row) {
      const bool muted = columns.front()->cells[row].tone == Tone::muted;
      add("<tr class=\"{}\">", muted ? "baseline" : "");
      for (const Column* column : columns) cell(table, *column, row);
      text_ += "</tr>\n";
    }
    for (const Remark& remark : table.remarks) {
      add("<tr class=\"baseline\"><th scope=\"row\">{}</th><td colspan=\"{}\">{}</td></tr>\n",
          html_escaped(remark.name), columns.size() - 1, html_escaped(remark.text));
    }
    text_ += "</tbody></table></div>\n";
  }

  void cell(const Table& table, const Column& column, std::size_t row) {
    const bool first = &column == &table.columns.front();
    const Cell& cell = column.cells[row];
    add("<{}{} class=\"{}{}\">", first ? "th" : "td", first ? " scope=\"row\"" : "",
        column.numeric ? "number " : "", class_of(cell.tone));
    const std::string text = html_escaped(cell.text);
    const std::string linked =
        cell.link.empty() ? text
                          : fmt::format("<a href=\"#{}\">{}</a>", html_escaped(cell.link), text);
    const bool plain = cell.tone == Tone::plain || cell.tone == Tone::muted;
    text_ += plain ? linked : fmt::format("<b>{}</b>", linked);
    for (const std::string& figure : cell.figures) element("small", "", figure);
    const Column* const end = table.columns.data() + table.columns.size();
    for (const Column* small = &column + 1; small != end; ++small) {
      if ((small->media & kPage) == 0) continue;
      if (small->small_print.empty()) break;
      small_print(*small, row);
    }
    text_ += first ? "</th>" : "</td>";
  }

  void small_print(const Column& column, std::size_t row) {
    const std::string& text = column.cells[row].text;
    if (text.empty() || text == kNothing) return;
    element("small", "", fmt::vformat(column.small_print, fmt::make_format_args(text)));
    if (column.bars.empty()) return;
    add("<span class=\"bar\"><i style=\"width:{:.0f}%\"></i></span>",
        100 * std::clamp(column.bars[row], 0.0, 1.0));
  }

  std::string text_;
};

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    static constexpr std::string_view kSpecial = "&<>\"'";
    static constexpr const char* kEscapes[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    const std::size_t i = kSpecial.find(c);
    if (i == std::string_view::npos) {
      result += c;
    } else {
      result += kEscapes[i];
    }
  }
  return result;
}

std::string to_html(const Document& document) {
  return HtmlWriter().write(document);
}

}  // namespace samebits::lab::doc
