// SPDX-License-Identifier: Apache-2.0
//
// What the tests of src/io share: a folder of their own, raw bytes, and the message of an Error.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "io/array.hpp"

namespace samebits::io {

/// A new folder, removed with everything in it at the end of the test.
class TempDir {
 public:
  TempDir() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("samebits-") + test->test_suite_name() + "-" + test->name() + "-" +
               std::to_string(getpid()) + "-" + std::to_string(count++));
    if (!std::filesystem::create_directory(folder_)) throw std::runtime_error("folder exists");
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::string operator/(std::string_view name) const { return (folder_ / name).string(); }

  /// The names of what the folder holds, hidden files too, in order.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::filesystem::path folder_;
};

inline void put(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

inline std::string get(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

inline std::string data_of(const Array& array) {
  return {reinterpret_cast<const char*>(array.data.data()), array.data.size()};
}

/// An array whose bytes are 1, 2, 3, ...
inline Array counting_array(DType dtype, std::vector<std::int64_t> shape) {
  Array array = make_array(dtype, std::move(shape));
  unsigned char next = 0;
  for (std::byte& b : array.data.bytes()) b = std::byte{++next};
  return array;
}

/// The message of the Error that `action` throws; a failure of the test if it throws none.
template <typename Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::invalid_argument);
    const std::string message = error.what();
    for (const char c : message) EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20) << message;
    return message;
  }
  ADD_FAILURE() << "no error";
  return {};
}

}  // namespace samebits::io
