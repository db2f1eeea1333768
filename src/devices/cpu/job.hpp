// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/call.hpp"
#include "core/thread_pool.hpp"
#include "devices/cpu/kernels.hpp"
#include "numeric/elementwise.hpp"

namespace samebits::cpu {

/// One checked call, resolved to kernels: what every method of this backend works on.
class Job {
  template <class M>
  auto at(const M& matrix, std::int64_t row, std::int64_t column) const {
    return pointer_at(matrix.data, (row * matrix.row_stride + column) * element_size_);
  }
  static const void* pointer_at(const void* data, std::int64_t bytes) {
    return static_cast<const std::byte*>(data) + bytes;
  }
  static void* pointer_at(void* data, std::int64_t bytes) {
    return static_cast<std::byte*>(data) + bytes;
  }

 public:
  explicit Job(const core::Call& call);

  const testing::Options& options;
  double eps;
  std::int64_t chunk;    ///< as core::Call
  std::int64_t divisor;  ///< n of C3
  const Kernels& kernels;
  int residual_rule;  ///< numeric::ResidualRule as an index
  core::Crew crew;
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t row_bytes;
  bool streaming;  ///< stores bypass the cache

  /// Element `column` of row `row` of x, and of the residual (null without one).
  const void* x(std::int64_t row, std::int64_t column = 0) const {
    return at(norm_.x, row, column);
  }
  const void* residual(std::int64_t row, std::int64_t column = 0) const {
    return norm_.residual.data != nullptr ? at(norm_.residual, row, column) : nullptr;
  }
  DType dtype() const { return norm_.x.dtype; }

  /// C4 to C6 for `count` columns of a row from `column` on.
  void normalize(std::int64_t row, float inverse_rms, std::int64_t column,
                 std::int64_t count) const;

  /// Rows that make a block of work worth handing to another thread (256 KiB).
  std::int64_t grain() const;

 private:
  bool should_stream() const;

  const RmsNorm& norm_;
  std::int64_t element_size_;
  std::int64_t weight_size_;
  Normalize normalize_;
};

/// Bytes of the last-level cache.
std::int64_t last_level_cache_bytes();

/// For tests: the cache is taken to be so large, until 0 asks the system again. Only the schedule
/// depends on it.
void assume_last_level_cache(std::int64_t bytes);

// ---- the methods, one file each ----------------------------------------------------------------

void run_exact(const Job& job);             // ops/rms_norm/cpu.cpp
void run_in_float32(const Job& job);        // ops/baselines: standard, chunked, adaptive
void run_chunked_parallel(const Job& job);  // ops/baselines/chunked_parallel.cpp

/// r as a plain kernel computes it, all in float32.
float float32_inverse_rms(float sum, std::int64_t count, double eps);

}  // namespace samebits::cpu
