// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/program.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace samebits::test {
namespace {

std::string read(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

Program::Program() {
  std::string name = (std::filesystem::temp_directory_path() / "samebits-cli-XXXXXX").string();
  folder_ = mkdtemp(name.data());
}

Program::~Program() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Outcome Program::operator()(const std::string& arguments) const {
  const std::string command = "cd " + folder_.string() + " && " SAMEBITS_PROGRAM " " + arguments +
                              " >.out 2>.error </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read(folder_ / ".out"),
          read(folder_ / ".error")};
}

}  // namespace samebits::test
