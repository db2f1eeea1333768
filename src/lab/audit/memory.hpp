// SPDX-License-Identifier: Apache-2.0
//
// Memory for the operands of a subject's calls: each block at a chosen offset from a cache line,
// between pages that belong to nobody, so that whatever is written outside shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace samebits::lab::audit {

inline constexpr std::size_t kCacheLine = 64;

struct BlockRequest {
  std::size_t bytes = 0;  ///< 0: no block
  int offset = 0;         ///< of its address from a multiple of 64
  bool writable = false;
  bool low_end = false;  ///< as near to the guard page before it as the offset allows, else after
};

/// A block's address, and the pages that hold it and its margins.
struct Block {
  std::byte* data = nullptr;
  std::size_t bytes = 0;
  std::byte* pages = nullptr;
  std::size_t page_bytes = 0;
  bool writable = false;
};

class Arena {
 public:
  /// In a file, which has no name, another process can map the memory too.
  enum class Backing { none, file };

  /// Memory is used up only as it is touched. Throws Error (out_of_memory).
  explicit Arena(std::size_t capacity, Backing backing = Backing::none);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Bytes that blocks of these sizes need at most.
  static std::size_t needed(std::span<const std::size_t> bytes);
  std::size_t capacity() const { return capacity_; }
  /// Its descriptor; -1: there is none.
  int file() const { return file_; }

  /// Lays the blocks out anew and fills their margins with a pattern.
  std::span<const Block> place(std::span<const BlockRequest> requests);

  /// The pattern is as it was.
  bool margins_intact() const;

  std::byte* base() const { return base_; }
  std::span<const Block> blocks() const { return blocks_; }

 private:
  std::byte* base_ = nullptr;
  std::size_t capacity_ = 0;
  int file_ = -1;
  std::vector<Block> blocks_;
};

/// What unwritten memory holds.
inline constexpr std::byte kCanary{0xA5};

}  // namespace samebits::lab::audit
