// SPDX-License-Identifier: Apache-2.0
//
// What the pages show is run: C and C++ blocks are compiled and run, commands are run or, where
// they take minutes, checked option by option. A block says what it is by the word after its fence:
// cpp, c, cmake, sh, or text for what a program prints.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "docs/pages.hpp"
#include "io/array.hpp"
#include "lab/random.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

namespace fs = std::filesystem;

/// A folder that looks like the top of the source tree, in which commands may write.
class Desk {
 public:
  explicit Desk(const std::string& name) : folder_(fs::path(SAMEBITS_WORK_DIR) / name) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (const auto& entry : fs::directory_iterator(SAMEBITS_SOURCE_DIR)) {
      if (entry.path().filename().string().starts_with(".")) continue;
      fs::create_symlink(entry.path(), folder_ / entry.path().filename());
    }
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  /// The exit status of a shell's command here, and what it printed.
  int run(const std::string& command, std::string& output) const {
    const std::string path = fs::path(SAMEBITS_PROGRAM).parent_path().string();
    const std::string line = "cd '" + folder_.string() + "' && PATH='" + path +
                             "':\"$PATH\" && { " + command + "\n} 2>&1";
    FILE* pipe = popen(line.c_str(), "r");
    if (pipe == nullptr) return -1;
    output.clear();
    char buffer[4096];
    for (std::size_t n; (n = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) output.append(buffer, n);
    return pclose(pipe);
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  fs::path folder_;
};

void expect_runs(const Desk& desk, const std::string& command, const Block& block) {
  std::string output;
  EXPECT_EQ(desk.run(command, output), 0) << block.place() << ": " << command << "\n" << output;
}

std::vector<Block> blocks_in(const std::string& language) {
  std::vector<Block> found;
  for (const Block& block : blocks()) {
    if (block.language == language) found.push_back(block);
  }
  return found;
}

bool is_program(const Block& block) {
  return block.text.find("main(") != std::string::npos;
}

TEST(Docs, EveryBlockSaysWhatItIs) {
  const std::set<std::string> known = {"cpp", "c", "cmake", "sh", "text"};
  for (const Block& block : blocks()) {
    EXPECT_TRUE(known.contains(block.language)) << block.place() << ": '" << block.language << "'";
  }
  EXPECT_GT(blocks_in("cpp").size(), 0u);
  EXPECT_GT(blocks_in("sh").size(), 0u);
}

void compile_and_run(const std::string& language, const std::string& compiler) {
  for (const Block& block : blocks_in(language)) {
    const Desk desk(language);
    desk.write("block." + language, block.text);
    const bool program = is_program(block);
    expect_runs(desk,
                compiler + " -Wall -Wextra -Werror -O1 " SAMEBITS_INCLUDES " block." + language +
                    (program ? " -o block " SAMEBITS_LIBRARIES : " -c -o block.o"),
                block);
    if (program) expect_runs(desk, "./block", block);
  }
}

TEST(Docs, CppBlocksCompileAndRun) {
  compile_and_run("cpp", SAMEBITS_CXX " -std=c++20");
}

TEST(Docs, CBlocksCompileAndRun) {
  compile_and_run("c", SAMEBITS_CC " -std=c11");
}

/// A block of CMake is the project of the C++ or C program that was shown before it.
TEST(Docs, CmakeBlocksBuildTheProgramBeforeThem) {
  const Block* program = nullptr;
  const auto all = blocks();
  for (const Block& block : all) {
    if (block.language == "cpp" || block.language == "c") program = &block;
    if (block.language != "cmake") continue;
    ASSERT_NE(program, nullptr) << block.place();
    const Desk desk("cmake");
    fs::create_directory(desk.path("project"));
    desk.write("project/CMakeLists.txt", block.text);
    desk.write("project/example." + program->language, program->text);
    expect_runs(desk,
                "cmake --install '" SAMEBITS_BUILD_DIR
                "' --prefix prefix && export CMAKE_GENERATOR='" SAMEBITS_GENERATOR
                "' && cmake -S project -B out -DCMAKE_PREFIX_PATH=\"$PWD/prefix\" "
                "&& cmake --build out && ./out/example",
                block);
  }
}

// ---- commands ----------------------------------------------------------------------------------

/// The commands of a block: comments dropped, continued lines joined.
std::vector<std::string> commands_of(const Block& block) {
  std::vector<std::string> commands;
  std::string joined;
  for (std::string line : lines_of(block.text)) {
    if (const auto comment = line.find("#");
        comment == 0 || (comment != std::string::npos && line[comment - 1] == ' ')) {
      line.resize(comment);
    }
    const bool goes_on = line.ends_with("\\");
    if (goes_on) line.pop_back();
    joined += line;
    if (goes_on) continue;
    while (!joined.empty() && std::isspace(static_cast<unsigned char>(joined.back())) != 0) {
      joined.pop_back();
    }
    if (!joined.empty()) commands.push_back(joined);
    joined.clear();
  }
  return commands;
}

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream stream(command);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// True if `text`, a help text or a script, speaks of the option, as a word of its own.
bool knows(const std::string& text, std::string option) {
  option = option.substr(0, option.find('='));
  const std::regex word("(^|[^a-z-])" + option + "($|[^a-z-])");
  return std::regex_search(text, word);
}

void expect_options_known(const std::vector<std::string>& words, const std::string& text,
                          const Block& block) {
  for (const std::string& word : words) {
    if (word.starts_with("-") && word != "-" &&
        !std::isdigit(static_cast<unsigned char>(word[1]))) {
      EXPECT_TRUE(knows(text, word))
          << block.place() << ": " << words.front() << " has no " << word;
    }
  }
}

void check_script(const std::vector<std::string>& words, const Desk& desk, const Block& block) {
  const fs::path path = desk.path(words.front());
  ASSERT_TRUE(fs::exists(path)) << block.place() << ": there is no " << words.front();
  EXPECT_NE(fs::status(path).permissions() & fs::perms::owner_exec, fs::perms::none) << path;
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  std::string help;
  // script/compare passes what it is given on to the program.
  if (path.filename() == "compare") desk.run("samebits compare --help", help);
  expect_options_known(words, text.str() + help, block);
}

void check_program(const std::string& command, const std::vector<std::string>& words,
                   const Desk& desk, const Block& block) {
  if (words.size() < 2) return;
  if (words[1] != "compare" && words[1] != "audit") return expect_runs(desk, command, block);
  std::string help;
  ASSERT_EQ(desk.run("samebits " + words[1] + " --help", help), 0) << block.place();
  expect_options_known(words, help, block);
}

io::Array numbers(std::int64_t rows, std::int64_t columns) {
  lab::Random random(seed());
  Encodings bits;
  for (std::int64_t i = 0; i < rows * columns; ++i) {
    bits.push_back(0x3F000000u + static_cast<std::uint32_t>(random.below(1 << 23)));
  }
  return array_of(DType::float32, rows, columns, bits);
}

/// The name in a program's first line, such as "/* mine.c */"; empty if there is none.
std::string name_of_program(const Block& block) {
  const std::regex name(R"(^(?:/\*|//) ([a-z_]+\.(?:c|cpp))\b)");
  std::smatch found;
  return std::regex_search(block.text, found, name) ? found[1].str() : "";
}

/// The files that our examples speak of: x.npy, its weight w.npy, and the programs of the page.
void put_files(const Desk& desk, const std::string& page) {
  for (const Block& block : blocks()) {
    if (const auto name = name_of_program(block); block.page == page && !name.empty()) {
      desk.write(name, block.text);
    }
  }
  io::write_array(desk.path("x.npy"), numbers(4, 64));
  io::Array weight = numbers(1, 64);
  weight.shape = {64};
  io::write_array(desk.path("w.npy"), weight);
}

TEST(Docs, CommandsAreAsTheProgramsKnowThem) {
  const std::set<std::string> elsewhere = {"pip", "python", "git", "cmake", "sudo"};
  const Desk installed("installed");
  std::string output;
  ASSERT_EQ(installed.run("cmake --install '" SAMEBITS_BUILD_DIR "' --prefix prefix", output), 0)
      << output;
  const std::string flags = "export PKG_CONFIG_PATH=$(dirname \"$(find '" +
                            installed.path("prefix") + "' -name samebits.pc)\"); ";
  for (const Block& block : blocks_in("sh")) {
    const Desk desk("sh");
    put_files(desk, block.page);
    for (const std::string& command : commands_of(block)) {
      const auto words = words_of(command);
      if (words.front().starts_with("script/")) {
        check_script(words, desk, block);
      } else if (words.front() == "samebits" || words.front() == "build/samebits") {
        check_program(command, words, desk, block);
      } else if (words.front() == "cc" || words.front() == "c++") {
        expect_runs(desk, flags + command, block);
      } else {
        EXPECT_TRUE(elsewhere.contains(words.front())) << block.place() << ": " << command;
      }
    }
  }
}

/// Links between our pages, and to files of ours, lead somewhere.
TEST(Docs, LinksLeadSomewhere) {
  const std::regex link(R"(\]\(([^)#: ]+)[^):]*\))");
  for (const std::string& page : pages()) {
    std::ostringstream text;
    text << std::ifstream(fs::path(SAMEBITS_SOURCE_DIR) / page).rdbuf();
    const std::string content = text.str();
    for (std::sregex_iterator i(content.begin(), content.end(), link), end; i != end; ++i) {
      const fs::path target = (fs::path(SAMEBITS_SOURCE_DIR) / page).parent_path() / (*i)[1].str();
      EXPECT_TRUE(fs::exists(target)) << page << ": " << (*i)[0];
    }
  }
}

}  // namespace
}  // namespace samebits::test
