// SPDX-License-Identifier: Apache-2.0
//
// A report before it takes a shape: what it says, part by part. A page, Markdown and a terminal
// show the same parts, each in its own way; all text in them is plain, and escaped by whoever
// writes it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lab/language.hpp"

namespace samebits::lab::doc {

/// Which of the shapes a part is in.
using Media = unsigned;
inline constexpr Media kPage = 1;
inline constexpr Media kMarkdown = 2;
inline constexpr Media kTerminal = 4;
inline constexpr Media kFiles = kPage | kMarkdown;
inline constexpr Media kEverywhere = kFiles | kTerminal;

/// How a thing feels: terminals and pages colour it, Markdown marks it.
enum class Tone { plain, good, middling, bad, muted };

/// The text of a cell that has no figure.
inline constexpr std::string_view kNothing = "–";

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
  std::vector<std::string> figures{};  ///< small print below; a terminal has no room for it
  std::string link{};                  ///< the id of a heading of the page
};

/// To add a column to a table is to add one of these.
struct Column {
  std::string head{};
  int rank = 0;          ///< where there is no room, the largest is left out first; 0: none is
  bool numeric = false;  ///< stands to the right
  std::vector<Cell> cells{};
  Media media = kEverywhere;
  /// With a text that has one field, the page has the cells so written as small print of the column
  /// before.
  std::string small_print{};
  std::vector<double> bars{};  ///< of a small column: how much of a bar is filled, 0 to 1
  std::string explanation{};   ///< of the head
};

/// A row that has words in place of figures.
struct Remark {
  std::string name;
  std::string text;
};

/// Columns of equal length, the first of which names the rows.
struct Table {
  std::string style;  ///< a class of page.css
  std::string label;
  std::vector<Column> columns{};
  std::vector<Remark> remarks{};
  std::size_t page_columns = 99;  ///< a page has further columns in a table of their own
};

struct Heading {
  int level;  ///< 2 to 4
  std::string text;
  std::string gloss{};
};

enum class Voice { plain, muted, warning, question, verdict };
struct Paragraph {
  std::string text;
  Voice voice = Voice::plain;
};

struct Entry {
  std::string text;
  std::string name{};
  std::string gloss{};  ///< of the name
  Tone tone = Tone::plain;
};
/// Lines; terms and what they mean; marks just used; names and values; figures shown large.
enum class ListKind { lines, terms, legend, facts, tiles };
struct List {
  ListKind kind = ListKind::lines;
  std::vector<Entry> entries{};
  Tone tone = Tone::plain;
};

struct Code {
  std::string text;
};

struct LegendEntry {
  std::string colour;  ///< of page.css
  std::string text;
};
struct Picture {
  std::string title;
  std::string caption;
  std::vector<LegendEntry> legend{};
  std::string svg{};  ///< empty: there is nothing to draw, and `caption` says why
  bool wide = false;
};

struct Block;
/// Parts that a page keeps together.
struct Group {
  Group(std::string page_style = {}, std::string page_id = {});

  std::string style;  ///< classes of page.css
  std::string id;
  std::vector<Block> blocks;

  template <class Part>
  void add(Part part, Media media = kEverywhere);
};

struct Block {
  Media media;
  std::variant<Heading, Paragraph, List, Code, Picture, Table, Group> part;
};

inline Group::Group(std::string page_style, std::string page_id)
    : style(std::move(page_style)), id(std::move(page_id)) {}

template <class Part>
void Group::add(Part part, Media media) {
  blocks.push_back({media, std::move(part)});
}

struct Document {
  std::string file;  ///< its name, without an ending
  Language language;
  std::string title;
  std::string subtitle;
  Group body{};
};

std::string to_html(const Document& document);
std::string to_markdown(const Document& document);
/// For a terminal of `width` columns; `colour` adds ANSI escapes. Columns of a table that do not
/// fit are left out, the least telling first, and that is said, or stand in a further part.
std::string to_terminal(const Document& document, int width, bool colour);

/// Writes the page, the Markdown and `json` into `directory`, making it if need be. Throws Error
/// (invalid_argument) that names the folder if that cannot be done.
void write_files(const std::string& directory, const Document& document, const std::string& json);

/// Text as it may stand in HTML, between tags or in a quoted attribute.
std::string html_escaped(std::string_view text);

}  // namespace samebits::lab::doc

// Any report that has document_of() and render_json(), which are the same in every language.
namespace samebits::lab {

inline constexpr int kReportWidth = 120;  ///< of a terminal, where nothing else is known

template <class Report>
std::string render_terminal(const Report& report, Language language, bool colour,
                            int width = kReportWidth) {
  return doc::to_terminal(document_of(report, language), width, colour);
}
template <class Report>
std::string render_markdown(const Report& report, Language language) {
  return doc::to_markdown(document_of(report, language));
}
/// One file that needs no other: no script, no network.
template <class Report>
std::string render_html(const Report& report, Language language) {
  return doc::to_html(document_of(report, language));
}
/// See doc::write_files().
template <class Report>
void write_report(const Report& report, const std::string& directory, Language language) {
  doc::write_files(directory, document_of(report, language), render_json(report));
}

}  // namespace samebits::lab
