// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <span>
#include <vector>

#include "io/file.hpp"
#include "lab/report/document.hpp"

namespace samebits::lab::doc {

void write_files(const std::string& directory, const std::string& name, const Texts& texts) {
  io::make_folder(directory);
  const std::filesystem::path folder(directory);
  std::vector<io::FileContents> files;
  const auto add = [&](const char* ending, const std::string& text) {
    files.push_back({(folder / (name + ending)).string(), {std::as_bytes(std::span(text))}});
  };
  add(".json", texts.json);
  add(".md", texts.markdown);
  add(".html", texts.html);
  io::write_files(files);
}

}  // namespace samebits::lab::doc
