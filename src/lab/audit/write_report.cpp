// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <span>
#include <vector>

#include "io/file.hpp"
#include "lab/audit/render.hpp"

namespace samebits::lab::audit {

void write_report(const AuditReport& report, const std::string& directory, Language language) {
  const std::filesystem::path folder(directory);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    throw Error(Status::invalid_argument,
                fmt::format("{}: cannot be made: {}", directory, failed.message()));
  }
  const std::string texts[] = {render_html(report, language), render_markdown(report, language),
                               render_json(report)};
  const char* const names[] = {"audit.html", "audit.md", "audit.json"};
  std::vector<io::FileContents> files;
  for (std::size_t i = 0; i < std::size(texts); ++i) {
    files.push_back({(folder / names[i]).string(), {std::as_bytes(std::span(texts[i]))}});
  }
  io::write_files(files);
}

}  // namespace samebits::lab::audit
