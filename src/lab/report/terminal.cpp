// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "lab/report/document.hpp"
#include "lab/report/text_width.hpp"

namespace samebits::lab::doc {
namespace {

constexpr int kGap = 2;
constexpr int kWidestText = 100;  // longer lines of prose are hard to read

/// The head in two lines, the second for what stands in brackets or after the first word, if the
/// cells are narrower than the head.
std::pair<std::string, std::string> split_head(const std::string& head, int cells_width) {
  if (display_width(head) <= cells_width) return {"", head};
  std::size_t at = head.find('(');
  if (at == std::string::npos || at == 0) at = head.find_first_of(" -");
  if (at == std::string::npos) return {"", head};
  if (head[at] == '(')
    return {head.substr(0, head.find_last_not_of(' ', at - 1) + 1), head.substr(at)};
  if (head[at] == ' ') return {head.substr(0, at), head.substr(at + 1)};
  return {head.substr(0, at + 1), head.substr(at + 1)};
}

/// A column with its head split and its width known.
struct Laid {
  const Column* column;
  std::string upper;
  std::string lower;
  int width = 0;

  std::string padded(const std::string& text) const {
    return column->numeric ? pad_left(text, width) : pad_right(text, width);
  }
};

Laid lay(const Column& column) {
  int cells = 0;
  for (const Cell& cell : column.cells) cells = std::max(cells, display_width(cell.text));
  auto [upper, lower] = split_head(column.head, cells);
  const int width = std::max({cells, display_width(upper), display_width(lower)});
  return {&column, std::move(upper), std::move(lower), width};
}

int total_width(const std::vector<Laid>& columns) {
  return std::accumulate(columns.begin(), columns.end(), -kGap,
                         [](int sum, const Laid& laid) { return sum + laid.width + kGap; });
}

/// Takes out the least important columns until the rest fits; gives the heads of those taken.
std::vector<std::string> fit(std::vector<Laid>& columns, int width) {
  std::vector<std::string> left_out;
  while (total_width(columns) > width) {
    const auto least =
        std::ranges::max_element(columns, {}, [](const Laid& laid) { return laid.column->rank; });
    if (least->column->rank == 0) break;
    left_out.push_back(least->column->head);
    columns.erase(least);
  }
  return left_out;
}

class TerminalWriter {
 public:
  TerminalWriter(const Document& document, int width, bool colour)
      : document_(document), width_(width), colour_(colour) {}

  std::string write() {
    (*this)(document_.body);
    return std::move(text_);
  }

  void operator()(const Heading& h) { text_ += fmt::format("\n{}\n", bold(h.text)); }
  void operator()(const Paragraph& p) {
    static constexpr Tone kTones[] = {Tone::plain, Tone::muted, Tone::middling, Tone::plain,
                                      Tone::plain};
    if (p.voice == Voice::verdict) {
      text_ += bold(p.text) + "\n";
    } else {
      wrapped(p.text, 0, kTones[static_cast<std::size_t>(p.voice)]);
    }
  }
  void operator()(const List& list) {
    if (list.kind == ListKind::legend || list.kind == ListKind::facts) text_ += "\n";
    for (const Entry& e : list.entries) {
      wrapped(e.name.empty() ? e.text : fmt::format("{}: {}", e.name, e.text), 2, list.tone);
    }
  }
  void operator()(const Code& code) { text_ += fmt::format("    {}\n", code.text); }
  void operator()(const Picture& /*picture*/) {}  // for pages

  void operator()(const Table& table) {
    std::vector<Laid> columns;
    for (const Column& column : table.columns) {
      if ((column.media & kTerminal) != 0) columns.push_back(lay(column));
    }
    const std::vector<std::string> left_out = fit(columns, width_);
    for (std::size_t begin = 1; begin < columns.size();) {
      std::vector<Laid> part = {columns.front()};
      do {
        part.push_back(columns[begin++]);
      } while (begin < columns.size() && total_width(part) + kGap + columns[begin].width <= width_);
      table_part(part);
    }
    for (const Remark& remark : table.remarks) {
      text_ += fmt::format("{}: {}\n", remark.name, remark.text);
    }
    if (left_out.empty()) return;
    const std::string comma(text_of(Word::list_comma, document_.language));
    wrapped(say(document_.language, Word::columns_left_out,
                fmt::format("{}", fmt::join(left_out, comma))),
            0, Tone::muted);
  }

  void operator()(const Group& group) {
    for (const Block& block : group.blocks) {
      if ((block.media & kTerminal) != 0) std::visit(*this, block.part);
    }
  }

 private:
  std::string painted(const std::string& text, Tone tone) const {
    static constexpr const char* kCodes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"};
    if (!colour_ || tone == Tone::plain) return text;
    return fmt::format("{}{}\x1b[0m", kCodes[static_cast<std::size_t>(tone)], text);
  }
  std::string bold(const std::string& text) const {
    return colour_ ? fmt::format("\x1b[1m{}\x1b[0m", text) : text;
  }

  /// Lines after the first are indented by `hang`.
  void wrapped(const std::string& text, int hang, Tone tone) {
    const std::string gap = fmt::format("\n{:{}}", "", hang);
    const auto lines = wrap(text, std::min(width_, kWidestText) - hang);
    text_ += painted(fmt::format("{}", fmt::join(lines, gap)), tone) + "\n";
  }

  template <class Text>
  static std::string line_of(const std::vector<Laid>& columns, const Text& text) {
    std::string line;
    for (const Laid& laid : columns) {
      if (!line.empty()) line += std::string(kGap, ' ');
      line += text(laid);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  void table_part(const std::vector<Laid>& columns) {
    text_ += "\n";
    if (std::ranges::any_of(columns, [](const Laid& laid) { return !laid.upper.empty(); })) {
      text_ += bold(line_of(columns, [](const Laid& l) { return l.padded(l.upper); })) + "\n";
    }
    text_ += bold(line_of(columns, [](const Laid& l) { return l.padded(l.lower); })) + "\n";
    text_ += fmt::format("{:-<{}}\n", "", total_width(columns));
    for (std::size_t row = 0; row < columns.front().column->cells.size(); ++row) {
      text_ += line_of(columns, [&](const Laid& laid) {
        const Cell& cell = laid.column->cells[row];
        return painted(laid.padded(cell.text), cell.tone);
      });
      text_ += "\n";
    }
  }

  const Document& document_;
  int width_;
  bool colour_;
  std::string text_;
};

}  // namespace

std::string to_terminal(const Document& document, int width, bool colour) {
  return TerminalWriter(document, width, colour).write();
}

}  // namespace samebits::lab::doc
