// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace samebits::bench {

enum class CopyKind {
  memcpy,         ///< one call of the C library's, which chooses its stores by the size
  memcpy_blocks,  ///< a call for each 256 KiB: the work units of rms_norm
  streaming,      ///< stores that bypass the cache
};

/// Copies in one equal part for each thread of the pool that rms_norm uses. No kind is the fastest
/// on every machine, so the table shows them all.
class Copy {
 public:
  Copy(CopyKind kind, int threads) : kind_(kind), threads_(threads) {}

  /// Both hold the same number of bytes, a multiple of 64, and start at a multiple of 64.
  void run(std::span<const std::byte> from, std::span<std::byte> to);

 private:
  CopyKind kind_;
  int threads_;
};

}  // namespace samebits::bench
