// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "lab/report.hpp"
#include "lab/report_answer.hpp"
#include "lab/report_table.hpp"
#include "lab/report_text.hpp"
#include "lab/report_words.hpp"
#include "lab/text_width.hpp"

namespace samebits::lab {
namespace {

constexpr int kGap = 2;
constexpr int kWidestText = 100;  // longer lines of prose are hard to read

std::string painted(std::string text, Tone tone, bool colour) {
  static constexpr const char* kCodes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"};
  if (!colour || tone == Tone::plain) return text;
  return fmt::format("{}{}\x1b[0m", kCodes[static_cast<std::size_t>(tone)], text);
}

std::string bold(std::string text, bool colour) {
  return colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : text;
}

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

std::string padded(const Laid& laid, const std::string& text) {
  return laid.column->numeric ? pad_left(text, laid.width) : pad_right(text, laid.width);
}

template <class Text>
std::string line_of(const std::vector<Laid>& columns, const Text& text) {
  std::string line;
  for (const Laid& laid : columns) {
    if (!line.empty()) line += std::string(kGap, ' ');
    line += text(laid);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string paragraph(const std::string& text, int width) {
  return fmt::format("{}\n", fmt::join(wrap(text, std::min(width, kWidestText)), "\n"));
}

std::string draw(const Table& table, Language language, bool colour, int width) {
  std::vector<Laid> columns;
  for (const Column& column : table.columns) columns.push_back(lay(column));
  const std::vector<std::string> left_out = fit(columns, width);
  std::string text;
  if (std::ranges::any_of(columns, [](const Laid& laid) { return !laid.upper.empty(); })) {
    text += bold(line_of(columns, [](const Laid& l) { return padded(l, l.upper); }), colour) + "\n";
  }
  text += bold(line_of(columns, [](const Laid& l) { return padded(l, l.lower); }), colour) + "\n";
  text += fmt::format("{:-<{}}\n", "", total_width(columns));
  for (std::size_t row = 0; row < table.columns.front().cells.size(); ++row) {
    text += line_of(columns,
                    [&](const Laid& laid) {
                      const Cell& cell = laid.column->cells[row];
                      return painted(padded(laid, cell.text), cell.tone, colour);
                    }) +
            "\n";
  }
  for (const std::string& remark : table.remarks) text += remark + "\n";
  if (!left_out.empty()) {
    const std::string heads =
        fmt::format("{}", fmt::join(left_out, phrase::kListComma.in(language)));
    text += painted(paragraph(say(language, phrase::kColumnsLeftOut, heads), width), Tone::muted,
                    colour);
  }
  return text;
}

}  // namespace

std::string render_terminal(const CompareReport& report, Language language, bool colour,
                            int width) {
  const Answer answer = answer_of(report, language);
  std::string text =
      bold(fmt::format("{} {}", phrase::kQuestion.in(language), answer.verdict), colour) + "\n" +
      paragraph(answer.text, width);
  if (!answer.others.empty()) text += paragraph(answer.others, width);
  for (const InputResult& input : report.inputs) {
    text += fmt::format("\n{}\n", bold(input.label, colour));
    text += paragraph(input_text(report, input, language), width);
    const std::string noise = noise_text(input, language);
    if (!noise.empty()) text += painted(paragraph(noise, width), Tone::middling, colour);
    text += "\n";
    text += draw(table_of(report, input, language, true), language, colour, width);
    if (const Table gpu = gpu_table_of(report, input, language); !gpu.columns.empty()) {
      text += fmt::format("\n{}\n", bold(std::string(phrase::kGpuTimes.in(language)), colour));
      text += draw(gpu, language, colour, width);
    }
  }
  const std::vector<std::string> notes = device_notes(report, language);
  if (!notes.empty()) text += "\n";
  for (const std::string& line : notes) {
    text += painted(paragraph(line, width), Tone::muted, colour);
  }
  return text;
}

}  // namespace samebits::lab
