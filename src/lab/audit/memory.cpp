// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "samebits/testing.hpp"

namespace samebits::lab::audit {
namespace {

std::size_t page() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + page() - 1) / page() * page();
}

bool all_canary(const std::byte* begin, const std::byte* end) {
  return std::all_of(begin, end, [](std::byte b) { return b == kCanary; });
}

/// A file in memory, of a size that whoever else has it cannot take back. -1 if the system refuses.
int unnamed_file(std::size_t bytes) {
#if defined(__linux__)
  const int file = memfd_create("samebits-operands", MFD_CLOEXEC | MFD_ALLOW_SEALING);
#else
  const std::string name = "/samebits-" + std::to_string(getpid());
  const int file = shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
  shm_unlink(name.c_str());
#endif
  if (file < 0) return -1;
  if (ftruncate(file, static_cast<off_t>(bytes)) != 0) {
    close(file);
    return -1;
  }
#if defined(__linux__)
  fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
#endif
  return file;
}

}  // namespace

Arena::Arena(std::size_t capacity, Backing backing) : capacity_(whole_pages(capacity)) {
#if defined(MAP_NORESERVE)
  constexpr int kLazy = MAP_NORESERVE;
#else
  constexpr int kLazy = 0;
#endif
  const bool in_file = backing == Backing::file;
  if (in_file) file_ = unnamed_file(capacity_);
  void* const memory =
      in_file && file_ < 0
          ? MAP_FAILED
          : mmap(nullptr, capacity_, PROT_READ | PROT_WRITE,
                 (in_file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS) | kLazy, file_, 0);
  if (memory == MAP_FAILED) {
    const std::string why = std::strerror(errno);
    if (file_ >= 0) close(file_);
    throw Error(Status::out_of_memory, "audit: no memory for the operands of a subject: " + why);
  }
  base_ = static_cast<std::byte*>(memory);
}

Arena::~Arena() {
  munmap(base_, capacity_);
  if (file_ >= 0) close(file_);
}

std::size_t Arena::needed(std::span<const std::size_t> bytes) {
  std::size_t total = page();
  for (const std::size_t size : bytes) total += whole_pages(size + 2 * kCacheLine) + page();
  return total;
}

std::span<const Block> Arena::place(std::span<const BlockRequest> requests) {
  blocks_.clear();
  std::byte* at = base_ + page();
  for (const BlockRequest& request : requests) {
    if (request.bytes == 0) {
      blocks_.push_back({});
      continue;
    }
    const auto offset = static_cast<std::size_t>(request.offset);
    const std::size_t pages = whole_pages(request.bytes + kCacheLine + offset % kCacheLine);
    if (at + pages + page() > base_ + capacity_) {
      throw Error(Status::internal, "audit: the operands do not fit the memory set aside");
    }
    // The last address of the right offset at which the block still fits.
    const std::size_t slack = pages - request.bytes - offset;
    std::byte* const data = at + offset + (request.low_end ? 0 : slack / kCacheLine * kCacheLine);
    blocks_.push_back({data, request.bytes, at, pages, request.writable});
    std::memset(at, static_cast<int>(kCanary), static_cast<std::size_t>(data - at));
    std::memset(data + request.bytes, static_cast<int>(kCanary),
                static_cast<std::size_t>(at + pages - (data + request.bytes)));
    at += pages + page();
  }
  return blocks_;
}

bool Arena::margins_intact() const {
  return std::ranges::all_of(blocks_, [](const Block& block) {
    return block.data == nullptr ||
           (all_canary(block.pages, block.data) &&
            all_canary(block.data + block.bytes, block.pages + block.page_bytes));
  });
}

}  // namespace samebits::lab::audit
