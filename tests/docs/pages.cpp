// SPDX-License-Identifier: Apache-2.0
#include "docs/pages.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace samebits::test {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SAMEBITS_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void add_pages(const fs::path& folder, std::vector<std::string>& all) {
  for (const auto& entry : fs::directory_iterator(kSource / folder)) {
    if (entry.path().extension() == ".md") {
      all.push_back((folder / entry.path().filename()).lexically_normal().string());
    }
  }
}

void add_blocks(const std::string& page, std::vector<Block>& all) {
  const std::string fence = "```";
  bool inside = false;
  int number = 0;
  for (const std::string& line : lines_of(read(kSource / page))) {
    ++number;
    if (line.starts_with(fence)) {
      inside = !inside;
      if (inside) all.push_back({page, number, line.substr(fence.size()), ""});
    } else if (inside) {
      all.back().text += line + "\n";
    }
  }
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> pages() {
  std::vector<std::string> all;
  for (const char* folder : {".", "contract", "docs", "data", "bench"}) add_pages(folder, all);
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<Block> blocks() {
  std::vector<Block> all;
  for (const std::string& page : pages()) add_blocks(page, all);
  return all;
}

}  // namespace samebits::test
