// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace samebits::test {

struct Outcome {
  int status = -1;  ///< exit status; 128 + n for signal n
  std::string out;
  std::string error;
};

std::string contents_of(const std::filesystem::path& file);

/// One word to a shell, whatever is in it.
std::string shell_quoted(const std::string& text);

/// Runs the samebits program through the shell, in a folder of its own that goes with the object.
class Program {
 public:
  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  Outcome operator()(const std::string& arguments) const { return shell("samebits " + arguments); }
  /// A line of shell, in which `samebits` is the program.
  Outcome shell(const std::string& line) const;
  /// All that lies in the folder, by its path there, in order.
  std::vector<std::string> names() const;
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace samebits::test
