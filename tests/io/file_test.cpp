// SPDX-License-Identifier: Apache-2.0
//
// Names, special files, and writing whole or not at all.
#include "io/file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <limits>
#include <string>

#include "io/array.hpp"
#include "io/io_test_support.hpp"
#include "io/message.hpp"

// Array.SaysWhenMemoryIsShort asks for more than there is, which sanitizers take for a bug unless
// told otherwise. Nothing calls these in other builds.
extern "C" const char* __asan_default_options();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char* __tsan_default_options();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_options() {
  return "allocator_may_return_null=1";
}

namespace samebits::io {
namespace {

using namespace std::string_literals;
using Names = std::vector<std::string>;

/// While this lives, no file of this process can grow beyond `bytes`: a full disk, for root too.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    if (getrlimit(RLIMIT_FSIZE, &before_) != 0) throw std::runtime_error("getrlimit");
    const rlimit limit{bytes, before_.rlim_max};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) throw std::runtime_error("setrlimit");
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

// ---- arrays ------------------------------------------------------------------------------------

TEST(Array, CountsRowsAndColumns) {
  const Array three = make_array(DType::float16, {8, 512, 64});
  EXPECT_EQ(three.rows(), 8 * 512);
  EXPECT_EQ(three.columns(), 64);
  EXPECT_EQ(three.elements(), 8 * 512 * 64);
  EXPECT_EQ(three.data.size(), 2u * 8 * 512 * 64);
  EXPECT_EQ(three.shape_text(), "8x512x64");
  const ConstMatrix matrix = three.matrix();
  EXPECT_EQ(matrix.data, three.data.data());
  EXPECT_EQ(matrix.dtype, DType::float16);
  EXPECT_EQ(matrix.rows, 8 * 512);
  EXPECT_EQ(matrix.columns, 64);
  EXPECT_EQ(matrix.row_stride, 64);

  const Array one = make_array(DType::float32, {5});
  EXPECT_EQ(one.rows(), 1);
  EXPECT_EQ(one.columns(), 5);
  EXPECT_EQ(one.vector().size, 5);
  EXPECT_EQ(one.vector().data, one.data.data());

  EXPECT_EQ(Array{}.elements(), 0);
}

TEST(Array, WithoutRowsStillHasAnAddress) {
  Array empty = make_array(DType::float32, {0, 5});
  EXPECT_EQ(empty.rows(), 0);
  EXPECT_EQ(empty.columns(), 5);
  EXPECT_NE(empty.matrix().data, nullptr);
}

TEST(Array, IsZeroedAlignedAndWritable) {
  Array array = make_array(DType::float32, {3, 7});
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.data.data()) % 64, 0u);
  EXPECT_EQ(data_of(array), std::string(84, '\0'));
  static_cast<float*>(array.matrix().data)[20] = 1.0f;
  EXPECT_EQ(data_of(array).substr(80), "\0\0\x80?"s);
}

TEST(Array, CopiesAndMoves) {
  Array array = counting_array(DType::float32, {2});
  const Array copy = array;
  EXPECT_NE(copy.data.data(), array.data.data());
  EXPECT_EQ(data_of(copy), "\1\2\3\4\5\6\7\10"s);
  const Array moved = std::move(array);
  EXPECT_EQ(data_of(moved), data_of(copy));
  EXPECT_EQ(array.data.size(), 0u);  // NOLINT(bugprone-use-after-move)
  array = copy;
  EXPECT_EQ(data_of(array), data_of(copy));
  const Array nothing;
  array = nothing;
  EXPECT_EQ(array.data.data(), nullptr);
}

TEST(Array, RefusesShapesThatCannotBe) {
  const auto error = [](std::vector<std::int64_t> shape) {
    return error_of([&] { make_array(DType::float32, std::move(shape)); });
  };
  EXPECT_EQ(error({}),
            "make_array: found a scalar (no axes); expected an array with 1 axis or more");
  EXPECT_EQ(error({3, 0}), "make_array: last axis has 0 elements (shape 3x0); expected 1 or more");
  EXPECT_EQ(error({-1, 4}), "make_array: found an axis of length -1");
  EXPECT_EQ(error({std::numeric_limits<std::int64_t>::max(), 2}),
            "make_array: shape 9223372036854775807x2 is too large to address");
  EXPECT_EQ(error(std::vector<std::int64_t>(65, 1)),
            "make_array: found 65 axes; expected at most 64");
}

TEST(Array, SaysWhenMemoryIsShort) {
  try {
    make_array(DType::float32, {std::int64_t{1} << 60});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::out_of_memory);
    EXPECT_STREQ(error.what(), "make_array: no memory for 4611686018427387904 bytes");
  }
}

// ---- messages ----------------------------------------------------------------------------------

TEST(Message, QuotesEscapeAndCut) {
  EXPECT_EQ(quote("a b"), "'a b'");
  EXPECT_EQ(quote("\n\t\x1b\x7f\x80\0\\"s), "'\\n\\x09\\x1b\\x7f\\x80\\x00\\\\'");
  EXPECT_EQ(quote(std::string(60, 'a')), "'" + std::string(60, 'a') + "'");
  EXPECT_EQ(quote(std::string(61, 'a')), "'" + std::string(60, 'a') + "...'");
}

TEST(Message, PathsKeepTheirLetters) {
  EXPECT_EQ(printable("gr\xC3\xB6\xC3\x9F"
                      "e\n\x1b.npy"),
            "gr\xC3\xB6\xC3\x9F"
            "e\\n\\x1b.npy");
}

// ---- reading -----------------------------------------------------------------------------------

TEST(Reading, MissingFiles) {
  const TempDir dir;
  for (const std::string spec : {"no.npy", "no.safetensors", "no.safetensors:w", "no:a.npy"}) {
    const std::string path = dir / spec.substr(0, spec.find(":w"));
    EXPECT_EQ(error_of([&] { read_array(dir / spec); }),
              path + ": cannot be read: No such file or directory");
  }
}

TEST(Reading, Extensions) {
  const TempDir dir;
  put(dir / "x.pt", "");
  put(dir / "x", "");
  put(dir / "x.npy", "");
  EXPECT_EQ(error_of([&] { read_array(dir / "x.pt"); }),
            (dir / "x.pt") + ": has the extension '.pt'; expected .npy or .safetensors");
  EXPECT_EQ(error_of([&] { read_array(dir / "x"); }),
            (dir / "x") + ": has the extension ''; expected .npy or .safetensors");
  EXPECT_EQ(
      error_of([&] { read_array(dir / "x.npy:w"); }),
      (dir / "x.npy") + ": found ':w' after the name; .npy files hold one array without a name");
  EXPECT_EQ(error_of([&] { list_tensors(dir / "x.npy"); }),
            (dir / "x.npy") + ": has no tensor names; expected a .safetensors file");
  EXPECT_EQ(error_of([&] { write_array(dir / "x.txt", make_array(DType::float32, {1})); }),
            (dir / "x.txt") + ": has the extension '.txt'; expected .npy or .safetensors");
  EXPECT_EQ(error_of([] { read_array(""); }), "'': is no file name");
}

TEST(Reading, SpecialFiles) {
  const TempDir dir;
  for (const std::string extension : {".npy", ".safetensors"}) {
    const std::string folder = dir / ("folder" + extension);
    std::filesystem::create_directory(folder);
    EXPECT_EQ(error_of([&] { read_array(folder); }),
              folder + ": is a folder; expected a regular file");
    // Nobody writes to the pipe: reading it would wait for ever.
    const std::string pipe = dir / ("pipe" + extension);
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(error_of([&] { read_array(pipe); }), pipe + ": is a pipe; expected a regular file");
    const std::string device = dir / ("zero" + extension);
    std::filesystem::create_symlink("/dev/zero", device);
    EXPECT_EQ(error_of([&] { read_array(device); }),
              device + ": is a device; expected a regular file");
    const std::string empty = dir / ("empty" + extension);
    put(empty, "");
    EXPECT_EQ(error_of([&] { read_array(empty); }).substr(0, empty.size() + 2), empty + ": ");
  }
}

TEST(Reading, NamesWithZeroBytes) {
  EXPECT_EQ(error_of([] { InputFile("a\0b"s); }), "a\\x00b: a file name cannot hold a zero byte");
  EXPECT_EQ(error_of([] { write_file("a\0b"s, ""); }),
            "a\\x00b: a file name cannot hold a zero byte");
}

TEST(Reading, NeverPastTheEnd) {
  const TempDir dir;
  put(dir / "x", "0123456789");
  const InputFile file(dir / "x");
  EXPECT_EQ(file.size(), 10u);
  std::array<std::byte, 4> out{};
  file.read_at(6, out);
  EXPECT_EQ(out[0], std::byte{'6'});
  EXPECT_EQ(out[3], std::byte{'9'});
  EXPECT_EQ(error_of([&] { file.read_at(7, out); }),
            (dir / "x") + ": has 10 bytes; expected 4 from byte 7 on");
  EXPECT_NE(error_of([&] { file.read_at(~std::uint64_t{0}, out); }).find("has 10 bytes"),
            std::string::npos);
}

TEST(Reading, FileThatShrinksMeanwhile) {
  const TempDir dir;
  put(dir / "x", "0123456789");
  const InputFile file(dir / "x");
  std::filesystem::resize_file(dir / "x", 5);
  std::array<std::byte, 8> out{};
  EXPECT_EQ(error_of([&] { file.read_at(0, out); }),
            (dir / "x") + ": became shorter while it was read: byte 5");
}

// ---- writing -----------------------------------------------------------------------------------

TEST(Writing, ReplacesContents) {
  const TempDir dir;
  write_file(dir / "r.json", "first, and long");
  EXPECT_EQ(get(dir / "r.json"), "first, and long");
  write_file(dir / "r.json", "second\0"s);
  EXPECT_EQ(get(dir / "r.json"), "second\0"s);
  write_file(dir / "r.json", "");
  EXPECT_EQ(get(dir / "r.json"), "");
  EXPECT_EQ(dir.names(), Names{"r.json"});
}

TEST(Writing, TakesNamesAsLongAsNamesCanBe) {
  const TempDir dir;
  const std::string name = std::string(251, 'n') + ".npy";
  write_array(dir / name, make_array(DType::float32, {1}));
  EXPECT_EQ(dir.names(), Names{name});
}

TEST(Writing, IntoTheCurrentFolder) {
  const TempDir dir;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir / "");
  write_file("plain.txt", "x");
  std::filesystem::current_path(before);
  EXPECT_EQ(dir.names(), Names{"plain.txt"});
}

TEST(Writing, WhereThereIsNoFolder) {
  const TempDir dir;
  put(dir / "file", "x");
  const Array array = make_array(DType::float32, {1});
  EXPECT_EQ(error_of([&] { write_array(dir / "no/x.npy", array); }),
            (dir / "no/x.npy") + ": cannot be written: No such file or directory");
  EXPECT_EQ(error_of([&] { write_array(dir / "file/x.npy", array); }),
            (dir / "file/x.npy") + ": cannot be written: Not a directory");
  EXPECT_EQ(error_of([] { write_file("", "x"); }),
            ": cannot be written: No such file or directory");
  EXPECT_EQ(dir.names(), Names{"file"});
}

TEST(Writing, NeverReplacesWhatIsNotAFile) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "x.npy");
  const Array array = make_array(DType::float32, {1});
  EXPECT_EQ(error_of([&] { write_array(dir / "x.npy", array); }),
            (dir / "x.npy") + ": is a folder; expected a regular file");
  std::filesystem::create_symlink("/dev/null", dir / "null.npy");
  EXPECT_EQ(error_of([&] { write_array(dir / "null.npy", array); }),
            "/dev/null: is a device; expected a regular file");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(dir.names(), (Names{"null.npy", "x.npy"}));
}

TEST(Writing, AFullDiskLeavesTheOldFileAndNothingElse) {
  const TempDir dir;
  for (const std::string name : {"x.npy", "x.safetensors"}) {
    put(dir / name, "old");
    const Array array = make_array(DType::float32, {100'000});
    std::string message;
    {
      const FileSizeLimit limit(4096);
      message = error_of([&] { write_array(dir / name, array); });
    }
    EXPECT_EQ(message, (dir / name) + ": cannot be written: File too large");
    EXPECT_EQ(get(dir / name), "old");
  }
  EXPECT_EQ(dir.names(), (Names{"x.npy", "x.safetensors"}));
}

TEST(Writing, AFullDiskLeavesNothingWhereNothingWas) {
  const TempDir dir;
  {
    const FileSizeLimit limit(10);
    EXPECT_NE(error_of([&] {
                write_file(dir / "r.md", std::string(11, 'x'));
              }).find("cannot be written: File too large"),
              std::string::npos);
  }
  EXPECT_TRUE(dir.names().empty());
}

TEST(Writing, ArraysWhosePartsDisagree) {
  const TempDir dir;
  Array array = make_array(DType::float32, {4});
  array.shape = {5};
  EXPECT_EQ(error_of([&] { write_array(dir / "x.npy", array); }),
            (dir / "x.npy") + ": the array to write has 16 bytes; expected 20 for 5 of float32");
  array.shape = {};
  EXPECT_NE(error_of([&] { write_array(dir / "x.safetensors", array); }).find("found a scalar"),
            std::string::npos);
  EXPECT_TRUE(dir.names().empty());
}

TEST(Writing, SeveralArraysOrNone) {
  const TempDir dir;
  const Array array = make_array(DType::float32, {4});
  put(dir / "y.npy", "old");
  const std::string nowhere = dir / "absent/h.npy";
  const std::vector<NamedArray> outputs = {{dir / "y.npy", &array}, {nowhere, &array}};
  EXPECT_NE(error_of([&] { write_arrays(outputs); }).find("absent/h.npy: cannot be written"),
            std::string::npos);
  EXPECT_EQ(get(dir / "y.npy"), "old");
  EXPECT_EQ(dir.names(), (Names{"y.npy"}));
  const std::vector<NamedArray> twice = {{dir / "z.npy", &array}, {dir / "z.npy", &array}};
  EXPECT_EQ(error_of([&] { write_arrays(twice); }),
            (dir / "z.npy") + ": is the name of two outputs");
}

TEST(Writing, OneFileSpelledTwoWaysIsOneFile) {
  const TempDir dir;
  const Array array = make_array(DType::float32, {4});
  put(dir / "y.npy", "old");
  std::filesystem::create_symlink(dir / "y.npy", dir / "link.npy");
  std::filesystem::create_directory(dir / "sub");
  for (const std::string& other : {dir / "./y.npy", dir / "sub/../y.npy", dir / "link.npy"}) {
    const std::vector<NamedArray> twice = {{dir / "y.npy", &array}, {other, &array}};
    EXPECT_EQ(error_of([&] { write_arrays(twice); }), other + ": is the name of two outputs");
    EXPECT_EQ(get(dir / "y.npy"), "old");
  }
}

TEST(Writing, KeepsPermissions) {
  const TempDir dir;
  put(dir / "r.json", "old");
  std::filesystem::permissions(dir / "r.json", std::filesystem::perms{0640});
  write_file(dir / "r.json", "new");
  EXPECT_EQ(std::filesystem::status(dir / "r.json").permissions(), std::filesystem::perms{0640});
  const mode_t mask = umask(0027);
  write_file(dir / "new.json", "new");
  umask(mask);
  EXPECT_EQ(std::filesystem::status(dir / "new.json").permissions(), std::filesystem::perms{0640});
}

TEST(Writing, FollowsLinks) {
  const TempDir dir;
  put(dir / "target.json", "old");
  std::filesystem::create_symlink("target.json", dir / "link.json");
  write_file(dir / "link.json", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "link.json"));
  EXPECT_EQ(get(dir / "target.json"), "new");
}

}  // namespace
}  // namespace samebits::io
