// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>
#include <memory>
#include <span>

namespace samebits::lab {

/// Which is faster depends on whether the caches hold the data, so both are measured.
enum class CopyKind {
  plain,      ///< memcpy
  streaming,  ///< stores that bypass the cache
};

/// A copy split over threads: the ceiling for anything that reads and writes each byte once.
class ParallelCopy {
 public:
  explicit ParallelCopy(int threads);

  /// Both hold the same number of bytes at addresses that are multiples of 64.
  void run(CopyKind kind, std::span<const std::byte> from, std::span<std::byte> to);

 private:
  /// oneTBB grants no more threads than cores unless this lives.
  std::unique_ptr<tbb::global_control> allowance_;
  tbb::task_arena arena_;
};

}  // namespace samebits::lab
