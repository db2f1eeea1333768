// SPDX-License-Identifier: Apache-2.0
#include "cli/sample_data.hpp"

#include <fmt/format.h>

#include <string>
#include <system_error>

#include "cli/program_file.hpp"
#include "samebits/testing.hpp"

namespace samebits::cli {
namespace {

namespace fs = std::filesystem;

/// The folder of the running program, wherever it was moved to; empty if the system does not say.
fs::path program_folder() {
  std::error_code error;
  const fs::path program = fs::canonical(program_file(), error);
  return error ? fs::path() : program.parent_path();
}

}  // namespace

fs::path sample_file() {
  const fs::path installed = (program_folder() / SAMEBITS_DATA_FROM_PROGRAM).lexically_normal();
  const fs::path built = program_folder() / "share" / "samebits";
  for (const fs::path& folder : {installed, built}) {
    fs::path file = folder / "smollm2.safetensors";
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored)) return file;
  }
  throw Error(Status::invalid_argument,
              fmt::format("{}: the sample that comes with samebits is not there; name rows of your "
                          "own with --input or --shape",
                          (installed / "smollm2.safetensors").string()));
}

}  // namespace samebits::cli
