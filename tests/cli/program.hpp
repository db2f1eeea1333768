// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace samebits::test {

struct Outcome {
  int status = -1;  ///< exit status; 128 + n for signal n
  std::string out;
  std::string error;
};

/// Runs the samebits program through the shell, in a folder of its own that goes with the object.
class Program {
 public:
  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  Outcome operator()(const std::string& arguments) const;
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace samebits::test
