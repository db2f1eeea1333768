// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

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

}  // namespace

Arena::Arena(std::size_t capacity) : capacity_(whole_pages(capacity)) {
#if defined(MAP_NORESERVE)
  constexpr int kLazy = MAP_NORESERVE;
#else
  constexpr int kLazy = 0;
#endif
  void* const memory =
      mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | kLazy, -1, 0);
  if (memory == MAP_FAILED) {
    throw Error(Status::out_of_memory, "audit: no memory for the operands of a subject");
  }
  base_ = static_cast<std::byte*>(memory);
}

Arena::~Arena() {
  munmap(base_, capacity_);
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

void Arena::protect(std::byte* base, std::size_t capacity, std::span<const Block> blocks) {
  mprotect(base, capacity, PROT_NONE);
  for (const Block& block : blocks) {
    if (block.data == nullptr) continue;
    mprotect(block.pages, block.page_bytes, block.writable ? PROT_READ | PROT_WRITE : PROT_READ);
  }
}

}  // namespace samebits::lab::audit
