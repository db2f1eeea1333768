// SPDX-License-Identifier: Apache-2.0
//
// The ways in which it is usually done, all in float32: `standard`, `chunked` and `adaptive`.
#include <hwy/cache_control.h>

#include <algorithm>
#include <cmath>

#include "core/thread_pool.hpp"
#include "devices/cpu/job.hpp"

namespace samebits::cpu {
namespace {

template <class Sum>
void run(const Job& job, const Sum& sum) {
  core::for_blocks(job.crew, job.rows, job.grain(), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const float r = float32_inverse_rms(sum(row), job.divisor, job.eps);
      job.normalize(row, r, 0, job.columns);
    }
    if (job.streaming) hwy::FlushStream();
  });
}

float chunked_sum(const Job& job, std::int64_t row, std::int64_t chunk) {
  const SumFloat sum = job.kernels.sum_float[job.residual_rule];
  float total = 0.0f;
  for (std::int64_t at = 0; at < job.columns; at += chunk) {
    total += sum(job.x(row, at), job.residual(row, at), std::min(chunk, job.columns - at));
  }
  return total;
}

}  // namespace

float float32_inverse_rms(float sum, std::int64_t count, double eps) {
  return 1.0f / std::sqrt(sum / static_cast<float>(count) + static_cast<float>(eps));
}

void run_in_float32(const Job& job) {
  const testing::Options& options = job.options;
  if (options.method == Method::standard) {
    const SumFloat sum = job.kernels.sum_float[job.residual_rule];
    run(job, [&](std::int64_t row) { return sum(job.x(row), job.residual(row), job.columns); });
  } else if (options.method == Method::chunked) {
    run(job, [&](std::int64_t row) { return chunked_sum(job, row, job.chunk); });
  } else {
    // This choice is the whole point of `adaptive`: a row's bits depend on its neighbours' number.
    const std::int64_t width =
        job.rows < options.adaptive_rows ? options.adaptive_wide : options.adaptive_narrow;
    const SumBlock sum = job.kernels.sum_block[job.residual_rule];
    run(job,
        [&](std::int64_t row) { return sum(job.x(row), job.residual(row), job.columns, width); });
  }
}

}  // namespace samebits::cpu
