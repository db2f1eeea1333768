// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>
#include <span>
#include <string>

#include "io/file.hpp"
#include "lab/report.hpp"

namespace samebits::lab {

void write_report(const CompareReport& report, const std::string& directory, Language language) {
  const std::filesystem::path folder(directory);
  io::make_folder(directory);
  const std::string json = render_json(report);
  const std::string markdown = render_markdown(report, language);
  const std::string html = render_html(report, language);
  const auto file = [&](const char* name, const std::string& text) {
    return io::FileContents{(folder / name).string(), {std::as_bytes(std::span(text))}};
  };
  io::write_files(std::array{file("report.json", json), file("report.md", markdown),
                             file("report.html", html)});
}

}  // namespace samebits::lab
