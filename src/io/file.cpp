// SPDX-License-Identifier: Apache-2.0
#include "io/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "io/interruption.hpp"
#include "io/message.hpp"

namespace samebits::io {
namespace {

namespace fs = std::filesystem;

// Some systems refuse a single read or write of 2 GiB or more.
constexpr std::size_t kLargestTransfer = std::size_t{1} << 30;
constexpr int kTemporaryNames = 64;

[[noreturn]] void fail_with(const std::string& path, std::string_view what, int error) {
  fail(path, fmt::format("{}: {}", what, std::generic_category().message(error)));
}

// The system would take the name to end there, and open another file.
void require_no_zero_byte(const std::string& path) {
  if (path.find('\0') != std::string::npos) fail(path, "a file name cannot hold a zero byte");
}

std::string_view kind_of(mode_t mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "a special file";
}

void require_regular(const std::string& path, mode_t mode) {
  if (!S_ISREG(mode)) fail(path, fmt::format("is {}; expected a regular file", kind_of(mode)));
}

// Renaming over a link would replace the link and leave the file it names as it was.
std::string resolve_link(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  const fs::path target = fs::canonical(path, error);
  return error ? path : target.string();
}

// One file may have many spellings: y.npy, ./y.npy, a link to it. The second output would silently
// take the place of the first.
void require_new_name(std::vector<fs::path>& names, const std::string& destination,
                      const std::string& path) {
  std::error_code error;
  fs::path name = fs::weakly_canonical(fs::absolute(destination, error), error);
  if (error) name = destination;
  if (std::ranges::count(names, name) != 0) fail(path, "is the name of two outputs");
  names.push_back(std::move(name));
}

std::optional<mode_t> mode_of_existing(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  require_regular(path, info.st_mode);
  return info.st_mode & mode_t{0777};
}

void write_all(int descriptor, std::span<const std::byte> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto count = write(descriptor, bytes.data(), std::min(bytes.size(), kLargestTransfer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with(path, "cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

/// The file that is written before it gets its name; gone with this object unless it got it, and
/// gone when a signal ends the program.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& destination);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void set_mode(mode_t mode);
  void write(std::span<const std::byte> bytes) { write_all(descriptor_, bytes, destination_); }
  void finish();                             // all bytes are on the disk
  void take_name(Uninterrupted& exclusive);  // after finish()

 private:
  [[noreturn]] void fail_writing() const { fail_with(destination_, "cannot be written", errno); }
  bool create(const std::string& name);

  std::string destination_;
  std::string name_;
  int descriptor_ = -1;
};

TemporaryFile::TemporaryFile(const std::string& destination) : destination_(destination) {
  const fs::path folder = fs::path(destination).parent_path();
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
  // The name is short whatever the destination's is, which may be as long as names can be. O_EXCL,
  // and not the name, keeps two writers apart.
  for (int attempt = 0; attempt < kTemporaryNames; ++attempt) {
    if (create((folder / fmt::format(".samebits-{}-{}-{}.tmp", getpid(), ticks, attempt)).string()))
      return;
    if (errno != EEXIST && errno != EINTR) break;
  }
  fail_writing();
}

bool TemporaryFile::create(const std::string& name) {
  Uninterrupted exclusive;
  exclusive.add_unfinished(name);
  descriptor_ = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    exclusive.forget_unfinished(name);
    return false;
  }
  name_ = name;
  return true;
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (name_.empty()) return;
  Uninterrupted exclusive;
  unlink(name_.c_str());
  exclusive.forget_unfinished(name_);
}

void TemporaryFile::set_mode(mode_t mode) {
  if (fchmod(descriptor_, mode) != 0) fail_writing();
}

void TemporaryFile::finish() {
  // Without the sync a crash could leave the name on a file whose contents never arrived.
  if (fsync(descriptor_) != 0) fail_writing();
  const int closed = close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail_writing();
}

void TemporaryFile::take_name(Uninterrupted& exclusive) {
  if (std::rename(name_.c_str(), destination_.c_str()) != 0) fail_writing();
  exclusive.forget_unfinished(name_);
  name_.clear();
}

}  // namespace

InputFile::InputFile(const std::string& path) : path_(path) {
  if (path == kStandardStream) {
    read_standard_input();
    return;
  }
  require_no_zero_byte(path);
  // O_NONBLOCK: opening a pipe that nobody writes to would otherwise wait for ever.
  descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor_ < 0) fail_with(path, "cannot be read", errno);
  struct stat info {};
  try {
    if (fstat(descriptor_, &info) != 0) fail_with(path, "cannot be read", errno);
    require_regular(path, info.st_mode);
  } catch (...) {
    close(descriptor_);  // a constructor that throws runs no destructor
    throw;
  }
  size_ = static_cast<std::uint64_t>(info.st_size);
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void InputFile::read_standard_input() {
  static bool was_read = false;
  path_ = "standard input";
  if (std::exchange(was_read, true)) fail(path_, "was read already; only one operand can be '-'");
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  while (true) {
    held_.resize(size_ + kBlock);
    const auto count = read(STDIN_FILENO, held_.data() + size_, kBlock);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with(path_, "cannot be read", errno);
    if (count == 0) break;
    size_ += static_cast<std::uint64_t>(count);
  }
}

void InputFile::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset > size_ || out.size() > size_ - offset) {
    fail(path_,
         fmt::format("has {} bytes; expected {} from byte {} on", size_, out.size(), offset));
  }
  if (descriptor_ < 0) {
    std::ranges::copy(std::span(held_).subspan(offset, out.size()), out.begin());
    return;
  }
  while (!out.empty()) {
    const auto count = pread(descriptor_, out.data(), std::min(out.size(), kLargestTransfer),
                             static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with(path_, "cannot be read", errno);
    if (count == 0) fail(path_, fmt::format("became shorter while it was read: byte {}", offset));
    out = out.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

void write_files(std::span<const FileContents> files) {
  std::vector<fs::path> names;
  std::vector<std::unique_ptr<TemporaryFile>> written;
  const FileContents* stream = nullptr;
  for (const FileContents& contents : files) {
    require_no_zero_byte(contents.path);
    const std::string destination = resolve_link(contents.path);
    require_new_name(names, destination, contents.path);
    if (contents.path == kStandardStream) {
      stream = &contents;
      continue;
    }
    const std::optional<mode_t> mode = mode_of_existing(destination);
    written.push_back(std::make_unique<TemporaryFile>(destination));
    if (mode) written.back()->set_mode(*mode);
    for (const auto part : contents.parts) written.back()->write(part);
    written.back()->finish();
  }
  // What went down a pipe cannot be taken back, so it goes when all else is sure to be there.
  if (stream != nullptr) {
    for (const auto part : stream->parts) write_all(STDOUT_FILENO, part, "standard output");
  }
  Uninterrupted exclusive;  // all of the names or none
  for (const auto& file : written) file->take_name(exclusive);
}

void make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  // A link to a folder, or a trailing slash, may be reported as an error and be one no longer.
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return;
  fail(path, fmt::format("cannot be made a folder: {}",
                         error ? error.message() : "something else has that name"));
}

void write_file(const std::string& path, std::string_view contents) {
  const FileContents file = {path, {std::as_bytes(std::span(contents))}};
  write_files(std::span(&file, 1));
}

}  // namespace samebits::io
