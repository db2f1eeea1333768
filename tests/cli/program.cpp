// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/program.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace samebits::test {

std::string contents_of(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

Program::Program() {
  // With a blank, as the folders of many people have.
  std::string name = (std::filesystem::temp_directory_path() / "samebits cli-XXXXXX").string();
  folder_ = mkdtemp(name.data());
}

Program::~Program() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

Outcome Program::shell(const std::string& line) const {
  const std::string command = "cd " + shell_quoted(folder_.string()) + " && samebits() { " +
                              shell_quoted(SAMEBITS_PROGRAM) + " \"$@\"; } && { " + line +
                              "; } >.out 2>.error </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          contents_of(folder_ / ".out"), contents_of(folder_ / ".error")};
}

std::vector<std::string> Program::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    std::string name = std::filesystem::relative(entry.path(), folder_).string();
    if (name != ".out" && name != ".error") names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace samebits::test
