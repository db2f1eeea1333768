// SPDX-License-Identifier: Apache-2.0
//
// Method::chunked_parallel: column chunks of all rows go to k threads, and each chunk's sums are
// added as soon as it is done. Floating-point addition does not associate, so the result depends on
// which thread was faster: the variation is the race itself, never a random number.
#include <hwy/cache_control.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "core/thread_pool.hpp"
#include "devices/cpu/job.hpp"

namespace samebits::cpu {
namespace {

class Race {
 public:
  explicit Race(const Job& job)
      : job_(job),
        chunk_(job.chunk),
        chunks_((job.columns + chunk_ - 1) / chunk_),
        total_(static_cast<std::size_t>(job.rows), 0.0f) {}

  /// Takes the next chunk, sums it for every row, adds the sums in the order of completion; until
  /// none is left. `partial` is the thread's own room for a sum of each row.
  void work(std::span<float> partial) {
    const core::FloatEnvironment environment;
    const SumFloat sum = job_.kernels.sum_float[job_.residual_rule];
    for (std::int64_t c = next_++; c < chunks_; c = next_++) {
      const std::int64_t at = c * chunk_;
      const std::int64_t count = std::min(chunk_, job_.columns - at);
      for (std::int64_t row = 0; row < job_.rows; ++row) {
        partial[static_cast<std::size_t>(row)] =
            sum(job_.x(row, at), job_.residual(row, at), count);
      }
      const std::lock_guard lock(mutex_);
      for (std::size_t row = 0; row < total_.size(); ++row) total_[row] += partial[row];
    }
  }

  float total(std::int64_t row) const { return total_[static_cast<std::size_t>(row)]; }

 private:
  const Job& job_;
  const std::int64_t chunk_;
  const std::int64_t chunks_;
  std::atomic<std::int64_t> next_ = 0;
  std::mutex mutex_;
  std::vector<float> total_;
};

/// Threads of this call's own, as the report that the method comes from does it: those of the pool
/// would often find that the caller has done all chunks. Where the system refuses a thread, those
/// that it granted do the work.
void run(Race& race, std::size_t threads, std::size_t rows) {
  std::vector<float> partial(threads * rows);
  const auto room = [&](std::size_t i) { return std::span(partial).subspan(i * rows, rows); };
  std::vector<std::jthread> others;
  others.reserve(threads - 1);
  try {
    for (std::size_t i = 1; i < threads; ++i) {
      others.emplace_back([&race, &room, i] { race.work(room(i)); });
    }
  } catch (const std::system_error&) {
  } catch (const std::bad_alloc&) {
  }
  race.work(room(0));
}

}  // namespace

void run_chunked_parallel(const Job& job) {
  Race race(job);
  run(race, static_cast<std::size_t>(job.crew.threads), static_cast<std::size_t>(job.rows));
  core::for_blocks(job.crew, job.rows, job.grain(), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      job.normalize(row, float32_inverse_rms(race.total(row), job.divisor, job.eps), 0,
                    job.columns);
    }
    if (job.streaming) hwy::FlushStream();
  });
}

}  // namespace samebits::cpu
