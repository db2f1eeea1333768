// SPDX-License-Identifier: Apache-2.0
//
// The compiled shaders, read back: every float operation that must round alone says so.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

std::string disassemble(const fs::path& file) {
  const std::string command =
      fmt::format("'{}' --no-color '{}'", SAMEBITS_SPIRV_DIS, file.string());
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  char buffer[4096];
  while (pipe && fgets(buffer, sizeof(buffer), pipe.get()) != nullptr) text += buffer;
  return text;
}

struct Shader {
  std::set<std::string> exact;                    ///< ids decorated NoContraction
  std::map<std::string, std::string> operations;  ///< id of a result to its opcode
  std::set<std::string> capabilities;
  std::set<std::string> functions;  ///< of GLSL.std.450
  bool rounds_to_even = false;
};

Shader parse(const std::string& text) {
  Shader shader;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, second, third;
    words >> first >> second >> third;
    if (first == "OpDecorate" && third == "NoContraction") shader.exact.insert(second);
    if (first == "OpCapability") shader.capabilities.insert(second);
    if (first == "OpExecutionMode" && third == "RoundingModeRTE") shader.rounds_to_even = true;
    if (second == "=") shader.operations[first] = third;
    if (third == "OpExtInst") {
      std::string type, set, function;
      words >> type >> set >> function;
      shader.functions.insert(function);
    }
  }
  return shader;
}

class Shaders : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(std::string(SAMEBITS_SPIRV_DIS), "SAMEBITS_SPIRV_DIS-NOTFOUND")
        << "install spirv-tools";
    for (const auto& entry : fs::directory_iterator(SAMEBITS_SPIRV_DIR)) {
      if (entry.path().extension() == ".spv") {
        shaders_[entry.path().stem().string()] = parse(disassemble(entry.path()));
      }
    }
    ASSERT_GE(shaders_.size(), 32u);
  }

  std::map<std::string, Shader> shaders_;
};

TEST_F(Shaders, EveryOperationRoundsAlone) {
  int operations = 0;
  for (const auto& [name, shader] : shaders_) {
    for (const auto& [id, opcode] : shader.operations) {
      if (opcode != "OpFAdd" && opcode != "OpFSub" && opcode != "OpFMul") continue;
      ++operations;
      EXPECT_TRUE(shader.exact.contains(id)) << name << ": " << opcode << " " << id;
    }
  }
  EXPECT_GT(operations, 50);  // the helpers that all others call, in each module
}

/// Vulkan promises the rounding of sums and products alone.
TEST_F(Shaders, NothingElseTakesPartInExact) {
  for (const auto& [name, shader] : shaders_) {
    if (name >= "norm_5") continue;  // those stages serve the methods without a promise
    for (const auto& [id, opcode] : shader.operations) {
      EXPECT_NE(opcode, "OpFDiv") << name;
      EXPECT_NE(opcode, "OpFRem") << name;
    }
    for (const char* function : {"Sqrt", "InverseSqrt", "Fma", "Pow", "Exp2", "Ldexp"}) {
      EXPECT_FALSE(shader.functions.contains(function)) << name << ": " << function;
    }
  }
}

TEST_F(Shaders, AskForNoMoreThanTheirKind) {
  for (const auto& [name, shader] : shaders_) {
    // norm_<stage>_<double>_<hardware float><by name>
    const bool in_double = name[7] == '1';
    const bool sums_squares = name[5] <= '2';
    EXPECT_EQ(shader.capabilities.contains("Float64"), in_double && sums_squares) << name;
    EXPECT_EQ(shader.rounds_to_even, name.back() == '1') << name;
    EXPECT_FALSE(shader.capabilities.contains("Int64")) << name;
    EXPECT_FALSE(shader.capabilities.contains("Int16")) << name;
  }
}

}  // namespace
