// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "lab/report/document.hpp"

namespace samebits::lab::doc {
namespace {

/// What would start markup or end a cell is escaped.
std::string markdown_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) result += '\\';
    result += c == '\n' || c == '\r' ? ' ' : c;
  }
  return result;
}

class MarkdownWriter {
 public:
  std::string write(const Document& document) {
    add("# {}\n\n{}\n", markdown_escaped(document.title), markdown_escaped(document.subtitle));
    (*this)(document.body);
    return std::move(text_);
  }

  void operator()(const Heading& h) {
    const std::string gloss = h.gloss.empty() ? "" : fmt::format(" ({})", h.gloss);
    add("\n{:#<{}} {}\n", "", h.level, markdown_escaped(h.text + gloss));
  }
  void operator()(const Paragraph& p) {
    const char* const mark = p.voice == Voice::verdict ? "**" : "";
    add("\n{0}{1}{0}\n", mark, markdown_escaped(p.text));
  }
  void operator()(const List& list) {
    text_ += "\n";
    for (const Entry& e : list.entries) {
      const std::string gloss = e.gloss.empty() ? "" : fmt::format(" ({})", e.gloss);
      const std::string name = e.name.empty() ? ""
                                              : fmt::format("**{}**{}: ", markdown_escaped(e.name),
                                                            markdown_escaped(gloss));
      add("- {}{}\n", name, markdown_escaped(e.text));
    }
  }
  void operator()(const Code& code) {
    std::string indented = "    ";
    for (const char c : code.text) indented += c == '\n' ? "\n    " : std::string(1, c);
    add("\n{}\n", indented);
  }
  void operator()(const Picture& /*picture*/) {}  // for pages

  void operator()(const Table& table) {
    std::string head = "|", rule = "|";
    for (const Column& column : table.columns) {
      if ((column.media & kMarkdown) == 0) continue;
      head += fmt::format(" {} |", markdown_escaped(column.head));
      rule += column.numeric ? "---:|" : "---|";
    }
    add("\n{}\n{}\n", head, rule);
    for (std::size_t row = 0; row < table.columns.front().cells.size(); ++row) {
      text_ += "|";
      for (const Column& column : table.columns) {
        if ((column.media & kMarkdown) == 0) continue;
        cell(column.cells[row], &column == &table.columns.front());
      }
      text_ += "\n";
    }
    for (const Remark& remark : table.remarks) {
      add("\n- {}: {}\n", markdown_escaped(remark.name), markdown_escaped(remark.text));
    }
  }

  void operator()(const Group& group) {
    for (const Block& block : group.blocks) {
      if ((block.media & kMarkdown) != 0) std::visit(*this, block.part);
    }
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...);
  }
  void cell(const Cell& cell, bool first) {
    static constexpr const char* kMarks[] = {"", "✅ ", "⚠️ ", "❌ ", ""};
    std::string text = kMarks[static_cast<std::size_t>(cell.tone)] + markdown_escaped(cell.text);
    if (first && cell.tone != Tone::muted) text = fmt::format("**{}**", text);
    for (const std::string& figure : cell.figures) text += "<br>" + markdown_escaped(figure);
    add(" {} |", text);
  }

  std::string text_;
};

}  // namespace

std::string to_markdown(const Document& document) {
  return MarkdownWriter().write(document);
}

}  // namespace samebits::lab::doc
