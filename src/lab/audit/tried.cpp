// SPDX-License-Identifier: Apache-2.0
//
// Which values of each axis were tried.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <set>
#include <string_view>

#include "lab/audit/words.hpp"

namespace samebits::lab::audit {
namespace {

/// A label around its first number, where that is a word of its own; or all of it.
struct Pieces {
  std::string before;
  std::string after;
  std::int64_t number = -1;
};

Pieces pieces_of(const std::string& label) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto first = std::ranges::find_if(label, is_digit);
  const auto at = static_cast<std::size_t>(first - label.begin());
  if (first == label.end() || (at > 0 && label[at - 1] != ' ' && label[at - 1] != '+')) {
    return {.before = label, .after = {}};
  }
  Pieces pieces{.before = label.substr(0, at), .after = {}};
  const char* const begin = label.data() + at;
  const char* const end = label.data() + label.size();
  pieces.after = std::string(std::from_chars(begin, end, pieces.number).ptr, end);
  return pieces;
}

/// Labels that differ in the number only.
struct Series {
  std::string before;
  std::string after;
  std::set<std::int64_t> numbers;
};

std::string text_of(const Series& series) {
  constexpr std::size_t kShort = 4;
  const auto& numbers = series.numbers;
  if (numbers.empty()) return series.before;
  const std::int64_t length = *numbers.rbegin() - *numbers.begin() + 1;
  const bool gapless = std::ssize(numbers) == length && numbers.size() >= kShort;
  const std::string text = gapless ? fmt::format("{}–{}", *numbers.begin(), *numbers.rbegin())
                                   : fmt::format("{}", fmt::join(numbers, ", "));
  return series.before + text + series.after;
}

/// A text and the rows of the matrix that it is true of.
struct Tried {
  std::string text;
  std::vector<std::string> rows;
};

std::vector<Tried> tried_on(const AuditReport& report, const std::vector<MatrixRow>& rows,
                            std::size_t axis) {
  std::vector<Tried> all;
  for (const MatrixRow& row : rows) {
    if (axis >= row.cells.size() || row.cells[axis]->tried.empty()) continue;
    const std::string text = tried_text(row.cells[axis]->tried);
    auto place = std::ranges::find(all, text, &Tried::text);
    if (place == all.end()) place = all.insert(place, {text, {}});
    place->rows.push_back(row_name(report, row));
  }
  return all;
}

}  // namespace

std::string tried_text(const std::vector<std::string>& labels) {
  std::vector<Series> all;
  for (const std::string& label : labels) {
    const Pieces pieces = pieces_of(label);
    auto place = std::ranges::find_if(all, [&](const Series& series) {
      return series.before == pieces.before && series.after == pieces.after;
    });
    if (place == all.end()) place = all.insert(place, {pieces.before, pieces.after, {}});
    if (pieces.number >= 0) place->numbers.insert(pieces.number);
  }
  std::string text;
  for (const Series& series : all) text += (text.empty() ? "" : "; ") + text_of(series);
  return text;
}

std::vector<std::pair<std::string, std::string>> tried(const AuditReport& report) {
  const std::vector<MatrixRow> rows = matrix_of(report);
  std::vector<std::pair<std::string, std::string>> lines;
  for (std::size_t i = 0; i < report.axes.size(); ++i) {
    const std::vector<Tried> all = tried_on(report, rows, i);
    for (const Tried& one : all) {
      std::string name(name_of(report.axes[i]));
      if (all.size() > 1) name += fmt::format(" ({})", fmt::join(one.rows, ", "));
      lines.emplace_back(std::move(name), one.text);
    }
  }
  return lines;
}

}  // namespace samebits::lab::audit
