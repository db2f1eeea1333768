// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <span>
#include <vector>

#include "io/file.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab::doc {

void write_files(const std::string& directory, const Document& document, const std::string& json) {
  io::make_folder(directory);
  const std::string texts[] = {json, to_markdown(document), to_html(document)};
  const char* const endings[] = {".json", ".md", ".html"};
  std::vector<io::FileContents> files;
  for (std::size_t i = 0; i < std::size(texts); ++i) {
    const auto path = std::filesystem::path(directory) / (document.file + endings[i]);
    files.push_back({path.string(), {std::as_bytes(std::span(texts[i]))}});
  }
  io::write_files(files);
}

}  // namespace samebits::lab::doc
