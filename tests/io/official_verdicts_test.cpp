// SPDX-License-Identifier: Apache-2.0
//
// The files that the official readers accept are accepted here, and no others.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/io_test_support.hpp"
#include "io/npy.hpp"
#include "io/safetensors.hpp"

namespace samebits::io {
namespace {

using namespace std::string_literals;

struct Verdict {
  const char* name;
  bool accepted;
  std::string file;
};

#include "io/official_verdicts.inc"

template <class Read>
void compare(const std::vector<Verdict>& verdicts, const Read& read) {
  for (const Verdict& verdict : verdicts) {
    std::string error;
    try {
      read(verdict.file);
    } catch (const Error& thrown) {
      error = thrown.what();
    }
    EXPECT_EQ(error.empty(), verdict.accepted) << verdict.name << ": " << error;
    for (const char c : error) EXPECT_TRUE(c >= ' ' && c <= '~') << verdict.name;
  }
}

TEST(OfficialVerdicts, Npy) {
  compare(kNumpyVerdicts,
          [](const std::string& file) { parse_npy_header(as_bytes(file), file.size()); });
}

TEST(OfficialVerdicts, Safetensors) {
  compare(kSafetensorsVerdicts,
          [](const std::string& file) { parse_safetensors_header(as_bytes(file), file.size()); });
}

// The extension of a name, and the first bytes of a stream, lead to the same reader.
TEST(OfficialVerdicts, OfFilesOnTheDisk) {
  const TempDir dir;
  compare(kNumpyVerdicts, [&](const std::string& file) {
    put(dir / "x.npy", file);
    read_array(dir / "x.npy");
  });
  compare(kSafetensorsVerdicts, [&](const std::string& file) {
    put(dir / "x.safetensors", file);
    list_tensors(dir / "x.safetensors");
  });
}

}  // namespace
}  // namespace samebits::io
