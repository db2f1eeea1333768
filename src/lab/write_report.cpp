// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "io/file.hpp"
#include "lab/report.hpp"

namespace samebits::lab {
namespace {

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  // A link to a folder, or a trailing slash, may be reported as an error and be one no longer.
  if (std::filesystem::is_directory(folder)) return;
  throw Error(Status::invalid_argument,
              fmt::format("compare: cannot make the folder '{}': {}", folder.string(),
                          error ? error.message() : "something else has that name"));
}

}  // namespace

void write_report(const CompareReport& report, const std::string& directory, Language language) {
  const std::filesystem::path folder(directory);
  make_folder(folder);
  io::write_file((folder / "report.json").string(), render_json(report));
  io::write_file((folder / "report.md").string(), render_markdown(report, language));
  io::write_file((folder / "report.html").string(), render_html(report, language));
}

}  // namespace samebits::lab
