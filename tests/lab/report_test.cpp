// SPDX-License-Identifier: Apache-2.0
#include "lab/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "lab/report/compare_parts.hpp"
#include "lab/report/svg.hpp"
#include "lab/report/text_width.hpp"
#include "tests/lab/report_sample.hpp"

namespace samebits::lab {
namespace {

using test::sample_report;
using test::sample_result;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// ---- numbers ------------------------------------------------------------------------------------

TEST(Percent, NeverRoundsToAClaim) {
  EXPECT_EQ(percent(1.0), "100 %");
  EXPECT_EQ(percent(0.0), "0 %");
  EXPECT_EQ(percent(0.625), "62.5 %");
  EXPECT_EQ(percent(0.0062), "0.62 %");
  EXPECT_EQ(percent(0.999994), "99.999 %");
  EXPECT_EQ(percent(0.9999996), "99.99996 %");
  EXPECT_EQ(percent(1e-6), "0.0001 %");
  EXPECT_EQ(percent(std::nextafter(1.0, 0.0)), "< 100 %");
  EXPECT_EQ(percent(1e-300), "> 0 %");
  EXPECT_EQ(percent(std::numeric_limits<double>::quiet_NaN()), "–");
}

TEST(TimeFormat, HasTheDecimalsThatTheShortestNeeds) {
  InputResult input;
  input.copy.time_ms.median = 0.0123;
  EXPECT_EQ(TimeFormat(input).text(3.0), "3.000");
  input.copy.time_ms.median = 4.5;
  EXPECT_EQ(TimeFormat(input).text(12.34), "12.3");
}

// ---- the answer ---------------------------------------------------------------------------------

TEST(GpuTimes, StandApartThreeWays) {
  CompareReport report = sample_report();
  EXPECT_TRUE(gpu_table_of(report, report.inputs[0], Language::en).columns.empty());
  InputResult& input = report.inputs[0];
  MethodResult gpu = sample_result(Method::exact, 3.0);
  gpu.device = "vulkan:0";
  gpu.device_ms = {40, 1.25, 1.25, 1.2, 1.3};
  gpu.whole_call_ms = {7, 17.5, 17.5, 17.0, 18.0};
  input.results.push_back(gpu);
  input.device_copies.push_back({.device = "vulkan:0",
                                 .time_ms = {40, 2.5, 2.5, 2.4, 2.6},
                                 .device_ms = {},
                                 .gb_per_s = 5.0});
  const doc::Table table = gpu_table_of(report, input, Language::en);
  ASSERT_EQ(table.columns.size(), 4u);
  EXPECT_EQ(table.columns[0].cells[0].text, "exact on vulkan:0");
  EXPECT_EQ(table.columns[1].cells[0].text, "1.25");
  EXPECT_EQ(table.columns[2].cells[0].text, "3.00");
  EXPECT_EQ(table.columns[3].cells[0].text, "17.5");
  EXPECT_EQ(table.columns[0].cells[1].text, "memory copy on vulkan:0");
  EXPECT_EQ(table.columns[1].cells[1].text, "–");  // that device has no clock
  EXPECT_EQ(&copy_on(input, "vulkan:0"), &input.device_copies[0]);
  EXPECT_EQ(&copy_on(input, "metal:0"), &input.copy);
  for (const std::string& text :
       {render_html(report, Language::en), render_markdown(report, Language::en),
        render_terminal(report, Language::en, false, 120)}) {
    EXPECT_NE(text.find("GPU times, three ways"), std::string::npos);
    EXPECT_NE(text.find("memory copy on vulkan:0"), std::string::npos);
  }
}

TEST(Answer, IsComputedFromTheFigures) {
  CompareReport report = sample_report();
  EXPECT_EQ(answer_of(report, Language::en).verdict, "Yes.");
  EXPECT_TRUE(contains(answer_of(report, Language::en).paragraphs[0], "With exact on cpu,"));
  EXPECT_TRUE(contains(answer_of(report, Language::en).paragraphs[0], "all 100 runs"));
  EXPECT_TRUE(contains(answer_of(report, Language::en).paragraphs[0], "1.05 times"));
  EXPECT_TRUE(
      contains(answer_of(report, Language::en).paragraphs[1], "7 different outputs in 100 runs"));
  report.inputs[0].results[2].standard_ratio = 1.8;
  EXPECT_EQ(answer_of(report, Language::en).verdict, "Yes, at a price.");
}

TEST(Answer, DoesNotPraiseExactForItsName) {
  CompareReport report = sample_report();
  report.inputs[0].results[2].repeatability.distinct_outputs = 2;
  const Answer answer = answer_of(report, Language::en);
  EXPECT_TRUE(contains(answer.paragraphs[0], "With standard on cpu,")) << answer.paragraphs[0];
  EXPECT_TRUE(contains(answer.paragraphs[1], "exact on cpu gave up to 2 different outputs"))
      << answer.paragraphs[1];
  report.inputs[0].results[0].batches.first_difference = 256;
  EXPECT_EQ(answer_of(report, Language::en).verdict, text_of(Word::no, Language::en));
}

TEST(Answer, ARaceThatNothingCameOfIsCalledLuck) {
  CompareReport report = sample_report();
  report.inputs[0].results[1].repeatability.distinct_outputs = 1;
  EXPECT_TRUE(contains(answer_of(report, Language::en).paragraphs[1], "that is luck"));
}

// ---- JSON ---------------------------------------------------------------------------------------

TEST(Json, HasTheSchema) {
  const auto json = nlohmann::ordered_json::parse(render_json(sample_report()));
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"schema", "contract", "machine", "results"}));
  EXPECT_EQ(json["schema"], "samebits-compare/1");
  EXPECT_EQ(json["contract"], "rms-1");
  ASSERT_EQ(json["results"].size(), 3u);  // without the one that was not measured
  static constexpr const char* kFirst[] = {"input",
                                           "dtype",
                                           "rows",
                                           "columns",
                                           "method",
                                           "device",
                                           "mean_ms",
                                           "median_ms",
                                           "p10_ms",
                                           "p90_ms",
                                           "gb_per_s",
                                           "copy_fraction",
                                           "runs",
                                           "distinct_outputs",
                                           "max_abs_diff",
                                           "deterministic",
                                           "batch_invariant",
                                           "max_ulp_error",
                                           "correctly_rounded_share",
                                           "tier",
                                           "recommendation"};
  auto item = json["results"][1].items().begin();
  for (const char* key : kFirst) EXPECT_EQ((item++).key(), key);
  const auto& raced = json["results"][1];
  EXPECT_EQ(raced["method"], "chunked-parallel");
  EXPECT_EQ(raced["deterministic"], false);
  EXPECT_EQ(raced["batch_invariant"], false);  // although no batch size differed
  EXPECT_EQ(raced["recommendation"], "not_recommended");
  EXPECT_EQ(json["machine"]["not_measured"][0]["missing"], "method");
}

TEST(Json, SurvivesWhatIsNotANumberAndWhatIsNotText) {
  CompareReport report = sample_report();
  MethodResult& result = report.inputs[0].results[0];
  result.repeatability.max_abs_diff = std::numeric_limits<double>::infinity();
  result.time_ms.mean = std::numeric_limits<double>::quiet_NaN();
  result.correctness.max_ulp_error = kUlpNan;
  report.inputs[0].label = "\xFF\xFE";
  const auto json = nlohmann::json::parse(render_json(report));
  EXPECT_TRUE(json["results"][0]["max_abs_diff"].is_null());
  EXPECT_TRUE(json["results"][0]["mean_ms"].is_null());
  EXPECT_TRUE(json["results"][0]["max_ulp_error"].is_null());
}

// ---- HTML ---------------------------------------------------------------------------------------

TEST(Html, EscapesAllText) {
  EXPECT_EQ(doc::html_escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  const std::string page = render_html(sample_report(), Language::en);
  EXPECT_FALSE(contains(page, "<b>&"));
  EXPECT_FALSE(contains(page, "<no>"));
  EXPECT_TRUE(contains(page, "rows &lt;b&gt;&amp;&quot;&#39;|"));
  EXPECT_TRUE(contains(page, "a&lt;b&gt;.npy"));
}

TEST(Html, IsOneFile) {
  const std::string page = render_html(sample_report(), Language::zh);
  for (const char* outside : {"<link", "<script", "<img", "@import", "url("}) {
    EXPECT_FALSE(contains(page, outside)) << outside;
  }
  EXPECT_TRUE(contains(page, "<html lang=\"zh-CN\">"));
  EXPECT_TRUE(contains(page, "prefers-color-scheme: dark"));
}

TEST(Html, SaysWhatIsNotSupported) {
  EXPECT_TRUE(contains(render_html(sample_report(), Language::en),
                       "not supported: vulkan:0 does not take float32"));
  EXPECT_TRUE(
      contains(render_html(sample_report(), Language::zh), "不支持：vulkan:0 不接受 float32"));
}

// ---- pictures -----------------------------------------------------------------------------------

/// What follows `key` up to the next quote, wherever it stands in `text`.
std::vector<std::string> values_of(const std::string& text, const std::string& key) {
  std::vector<std::string> values;
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    const std::size_t begin = at + key.size();
    values.push_back(text.substr(begin, text.find('"', begin) - begin));
  }
  return values;
}

TEST(Pictures, TakeTheirColoursFromThePage) {
  const CompareReport report = sample_report();
  const std::string page = render_html(report, Language::en);
  for (const char* attribute : {" fill=\"", " stroke=\""}) {
    const std::vector<std::string> colours = values_of(page, attribute);
    EXPECT_GT(colours.size(), 10u);
    for (const std::string& colour : colours) {
      ASSERT_TRUE(colour.starts_with("var(--")) << colour;
      const std::string name = colour.substr(4, colour.size() - 5);
      std::size_t schemes = 0;  // light and dark
      for (std::size_t at = page.find(name + ": #"); at != std::string::npos; ++schemes) {
        at = page.find(name + ": #", at + 1);
      }
      EXPECT_GE(schemes, 2u) << name;
    }
  }
}

TEST(Pictures, ABarIsAsLongAsItsShare) {
  const std::string svg =
      draw({{"", {{"a", {{0.25, Ink::ulp0}, {0.5, Ink::ulp1}}, "25 %"}, {"<b>", {}, "0 %"}}, {}}});
  const std::vector<std::string> widths = values_of(svg.substr(svg.find("<rect")), " width=\"");
  ASSERT_EQ(widths.size(), 2u);
  EXPECT_NEAR(std::stod(widths[1]), 2 * std::stod(widths[0]), 0.2);
  EXPECT_TRUE(contains(svg, ">&lt;b&gt;<"));
}

TEST(Pictures, TicksAreRoundAndEndInTheDrawing) {
  EXPECT_EQ(round_numbers(1.0), (std::vector<double>{0.0, 0.5, 1.0}));
  EXPECT_EQ(round_numbers(40.0), (std::vector<double>{0, 10, 20, 30, 40}));
  for (const double limit : {1e-5, 0.037, 3.0, 7.7, 49.9, 123456.0}) {
    const std::vector<double> places = round_numbers(limit);
    EXPECT_GE(places.size(), 3u) << limit;
    EXPECT_LE(places.size(), 7u) << limit;
    EXPECT_LE(places.back(), limit * 1.001) << limit;
  }
  EXPECT_EQ(round_numbers(0.0).size(), 1u);
}

/// Nor must one method that is a hundred times as slow as the others of its device.
/// Ten powers of ten once stood upon each other below the picture of runs.
TEST(Pictures, NumbersBelowAScaleDoNotTouch) {
  Panel panel{.title = {},
              .rows = {{.name = "1 ulp", .pieces = {{1, Ink::none}}, .figure = {}}},
              .ticks = {}};
  for (int i = 0; i <= 9; ++i) panel.ticks.push_back({i / 9.0, "0.00001 %"});
  const std::string svg = draw({panel});
  std::vector<double> places;
  std::size_t lines = 0;
  for (std::size_t at = svg.find("<line"); at != std::string::npos;
       at = svg.find("<line", at + 1)) {
    ++lines;
  }
  for (std::size_t at = svg.find("<text"); at != std::string::npos;
       at = svg.find("<text", at + 1)) {
    const std::string text = svg.substr(at, svg.find("</text>", at) - at);
    if (contains(text, "0.00001 %")) places.push_back(std::stod(text.substr(text.find('"') + 1)));
  }
  std::ranges::sort(places);
  EXPECT_EQ(lines, panel.ticks.size()) << "each has its line";
  ASSERT_GE(places.size(), 3u);
  for (std::size_t i = 1; i < places.size(); ++i) EXPECT_GT(places[i] - places[i - 1], 9 * 7.28);
}

TEST(Pictures, AWideRangeOfTimesIsLogarithmic) {
  CompareReport report = sample_report();
  EXPECT_FALSE(contains(time_picture(report.inputs[0], Language::en).svg, "logarithmic"));
  report.inputs[0].results[1] = sample_result(Method::chunked_parallel, 100.0);
  const std::string svg = time_picture(report.inputs[0], Language::en).svg;
  EXPECT_TRUE(contains(svg, ">logarithmic<"));
  for (const char* tick : {">0.1<", ">1<", ">10<", ">100<"}) EXPECT_TRUE(contains(svg, tick));
  for (const std::string& width : values_of(svg.substr(svg.find("<rect")), " width=\"")) {
    EXPECT_GT(std::stod(width), 50.0);
  }
}

/// A GPU that is a hundred times as slow must not squash the processor's bars.
TEST(Pictures, EachDeviceHasAScaleOfItsOwn) {
  CompareReport report = sample_report();
  const std::string before = time_picture(report.inputs[0], Language::en).svg;
  EXPECT_FALSE(contains(before, ">vulkan:0<"));
  MethodResult slow = sample_result(Method::exact, 100.0);
  slow.device = "vulkan:0";
  report.inputs[0].results.push_back(slow);
  report.inputs[0].device_copies.push_back({.device = "vulkan:0", .time_ms = {40, 60, 60, 59, 61}});
  const doc::Picture picture = time_picture(report.inputs[0], Language::en);
  const std::vector<std::string> then = values_of(before, " width=\"");
  const std::vector<std::string> now = values_of(picture.svg, " width=\"");
  ASSERT_EQ(now.size(), then.size() + 1);
  for (std::size_t i = 0; i < then.size(); ++i) EXPECT_EQ(now[i], then[i]);
  EXPECT_GT(std::stod(now.back()), 100.0);
  EXPECT_TRUE(contains(picture.svg, ">vulkan:0<"));
  EXPECT_TRUE(contains(picture.caption, "a scale of its own"));
}

// ---- tables -------------------------------------------------------------------------------------

/// The lines that belong to a table: from its head to the row of the copy.
std::vector<std::string> table_lines(const std::string& text, std::string_view last) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("---")) lines = {line};
    if (!lines.empty()) lines.push_back(line);
    if (line.starts_with(last)) break;
  }
  return lines;
}

TEST(Terminal, AlignsChineseColumns) {
  const std::string text = render_terminal(sample_report(), Language::zh, false, 200);
  const auto lines = table_lines(text, text_of(Word::copy_row, Language::zh));
  ASSERT_GT(lines.size(), 4u);
  // The column of "确定性" starts at the same place in every row.
  std::vector<int> places;
  for (std::size_t i = 2; i + 1 < lines.size(); ++i) {
    const std::size_t yes = lines[i].find("是"), no = lines[i].find("否");
    places.push_back(display_width(lines[i].substr(0, std::min(yes, no))));
  }
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[0], places[1]);
  EXPECT_EQ(places[0], places[2]);
}

TEST(Terminal, KeepsToTheWidthAndSaysWhatItLeftOut) {
  const std::string text = render_terminal(sample_report(), Language::en, false, 80);
  for (const std::string& line : table_lines(text, text_of(Word::copy_row, Language::en))) {
    EXPECT_LE(display_width(line), 80) << line;
  }
  EXPECT_TRUE(contains(text, "Columns left out"));
  EXPECT_FALSE(contains(render_terminal(sample_report(), Language::en, false, 400), "left out"));
}

TEST(Terminal, HasColourOnlyIfAsked) {
  EXPECT_FALSE(contains(render_terminal(sample_report(), Language::en, false), "\x1b"));
  EXPECT_TRUE(contains(render_terminal(sample_report(), Language::en, true), "\x1b["));
}

TEST(Terminal, SplitsATableThatHasNothingToLeaveOut) {
  doc::Document document{.file = {}, .language = Language::en, .title = {}, .subtitle = {}};
  doc::Table table{.style = {}, .label = {}};
  for (const char* head : {"row", "first", "second", "third"}) {
    table.columns.push_back({.head = head, .cells = {{"cell"}}});
  }
  document.body.add(table);
  const std::string text = doc::to_terminal(document, 20, false);
  for (const char* head : {"row   first  second", "row   third"}) {
    EXPECT_TRUE(contains(text, head)) << text;
  }
}

TEST(Table, HasChineseHeadsInChinese) {
  const CompareReport report = sample_report();
  const doc::Table english = table_of(report, report.inputs[0], Language::en);
  const doc::Table chinese = table_of(report, report.inputs[0], Language::zh);
  ASSERT_EQ(english.columns.size(), chinese.columns.size());
  std::vector<std::string> pages = {render_terminal(report, Language::zh, false, 400),
                                    render_markdown(report, Language::zh),
                                    render_html(report, Language::zh)};
  for (std::size_t i = 0; i < english.columns.size(); ++i) {
    const std::string& head = english.columns[i].head;
    if (head.empty() || head.starts_with("p10")) continue;  // the same in both
    EXPECT_NE(head, chinese.columns[i].head);
    for (const std::string& page : pages) EXPECT_FALSE(contains(page, head)) << head;
  }
  for (const char* head : {"方法", "平均时间(ms)", "最大差异", "确定性", "性能等级", "推荐度"}) {
    EXPECT_TRUE(contains(pages[1], head)) << head;
  }
}

/// One edit makes a column: what a page shows small is a column of the text tables, or of none.
TEST(Table, IsTheSameEverywhere) {
  const CompareReport report = sample_report();
  const doc::Table table = table_of(report, report.inputs[0], Language::en);
  const std::string page = render_html(report, Language::en);
  for (const doc::Column& column : table.columns) {
    EXPECT_EQ(column.cells.size(), 4u) << column.head;
    if ((column.media & doc::kPage) == 0) continue;
    EXPECT_TRUE(contains(page, doc::html_escaped(column.cells[0].text))) << column.head;
    const bool head = !column.head.empty() && contains(page, ">" + column.head + "</th>");
    EXPECT_EQ(head, column.small_print.empty()) << column.head;
  }
}

TEST(Labels, AreInTheLanguageOfTheReport) {
  CompareReport report = sample_report();
  report.inputs[0].label = {Word::input_synthetic, {"8x16", "1"}};
  EXPECT_TRUE(contains(render_markdown(report, Language::en), "synthetic 8x16, seed 1"));
  EXPECT_TRUE(contains(render_markdown(report, Language::zh), "合成数据 8x16，种子 1"));
  EXPECT_FALSE(contains(render_html(report, Language::zh), "synthetic"));
  EXPECT_TRUE(contains(render_json(report), "\"synthetic 8x16, seed 1\""));
}

TEST(Markdown, KeepsLabelsOutOfItsSyntax) {
  const std::string text = render_markdown(sample_report(), Language::en);
  EXPECT_TRUE(contains(text, "## rows \\<b\\>&\"'\\|"));
  EXPECT_TRUE(contains(text, "❌ not recommended"));
}

// ---- files --------------------------------------------------------------------------------------

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("samebits_report_" + std::to_string(std::random_device()()));
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  std::filesystem::path path_;
};

TEST_F(Folder, IsMadeAndFilled) {
  write_report(sample_report(), (path_ / "a" / "b").string(), Language::en);
  for (const char* name : {"report.html", "report.md", "report.json"}) {
    EXPECT_GT(std::filesystem::file_size(path_ / "a" / "b" / name), 1000u) << name;
  }
}

TEST_F(Folder, ThatCannotBeMadeIsNamed) {
  std::filesystem::create_directories(path_);
  std::ofstream(path_ / "file") << "in the way";
  try {
    write_report(sample_report(), (path_ / "file" / "sub").string(), Language::en);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::invalid_argument);
    EXPECT_TRUE(contains(error.what(), (path_ / "file" / "sub").string()));
  }
}

}  // namespace
}  // namespace samebits::lab
