// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace samebits::lab {

/// Which is faster depends on whether the caches hold the data, so both are measured.
enum class CopyKind {
  plain,      ///< memcpy
  streaming,  ///< stores that bypass the cache
};

/// A copy split over threads, by the pool that the library's own calls use: the ceiling for
/// anything that reads and writes each byte once.
class ParallelCopy {
 public:
  explicit ParallelCopy(int threads) : threads_(threads) {}

  /// Both hold the same number of bytes at addresses that are multiples of 64.
  void run(CopyKind kind, std::span<const std::byte> from, std::span<std::byte> to) const;

 private:
  int threads_;
};

}  // namespace samebits::lab
