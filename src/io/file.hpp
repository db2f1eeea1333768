// SPDX-License-Identifier: Apache-2.0
//
// Files: read where asked and never further, written whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace samebits::io {

/// As a file's name: standard input where a file is read, standard output where one is written.
inline constexpr std::string_view kStandardStream = "-";

/// A regular file open for reading, or all that standard input has. Directories, and pipes and
/// devices with a name, are refused: they have no size that a header could be checked against.
class InputFile {
 public:
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  /// Fills `out` from byte `offset` on; fails if the file does not reach that far.
  void read_at(std::uint64_t offset, std::span<std::byte> out) const;

 private:
  void read_standard_input();

  std::string path_;
  int descriptor_ = -1;  ///< of a file; what standard input had is in held_
  std::uint64_t size_ = 0;
  std::vector<std::byte> held_;
};

/// Any text or bytes, written whole or not at all: to a temporary file in the same folder, which
/// then takes the name. The temporary is removed on any failure. A symbolic link is followed; an
/// existing file keeps its permissions; anything but a regular file is refused.
void write_file(const std::string& path, std::string_view contents);

/// The contents of a file in parts, one after the other.
struct FileContents {
  std::string path;
  std::vector<std::span<const std::byte>> parts;
};

/// The same for several files: none takes its name before every byte of all of them is written. One
/// of them may be kStandardStream.
void write_files(std::span<const FileContents> files);

/// Makes the folder, and those that it lies in, unless it is there.
void make_folder(const std::string& path);

}  // namespace samebits::io
