// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>
#include <memory>
#include <span>

namespace samebits::lab {

/// memcpy split over threads: the ceiling for anything that reads and writes each byte once.
class ParallelCopy {
 public:
  explicit ParallelCopy(int threads);

  /// Both hold the same number of bytes.
  void run(std::span<const std::byte> from, std::span<std::byte> to);

 private:
  /// oneTBB grants no more threads than cores unless this lives.
  std::unique_ptr<tbb::global_control> allowance_;
  tbb::task_arena arena_;
  int threads_;
};

}  // namespace samebits::lab
