// SPDX-License-Identifier: Apache-2.0
//
// Method::exact. Any schedule will do, because r is a property of the row alone: rows are spread
// over threads, and where there are few and long ones each of them is split over the threads too.
#include <hwy/cache_control.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include "core/thread_pool.hpp"
#include "devices/cpu/job.hpp"
#include "numeric/inverse_rms.hpp"

namespace samebits::cpu {
namespace {

using numeric::SquareBins;
using numeric::WideSum;

struct Counters {
  std::atomic<std::int64_t> integer_rows = 0;
  std::atomic<std::int64_t> ambiguous_rows = 0;
};

/// C7 over the columns [begin, end), in pieces of Options::chunk if that is set.
DoubleSum double_sum(const Job& job, std::int64_t row, std::int64_t begin, std::int64_t end) {
  const SumDouble sum = job.kernels.sum_double[job.residual_rule];
  const std::int64_t piece = job.options.chunk > 0 ? job.options.chunk : end - begin;
  if (piece >= end - begin) return sum(job.x(row, begin), job.residual(row, begin), end - begin);
  DoubleSum total{0.0, 0.0};
  for (std::int64_t at = begin; at < end; at += piece) {
    const auto part = sum(job.x(row, at), job.residual(row, at), std::min(piece, end - at));
    total.sum += part.sum;
    total.height = std::max(total.height, part.height) + 1.0;
  }
  return total;
}

void add_squares(const Job& job, SquareBins& bins, std::int64_t row, std::int64_t begin,
                 std::int64_t end) {
  std::uint64_t exponents[kTermBlock];
  std::uint64_t squares[kTermBlock];
  for (std::int64_t at = begin; at < end; at += kTermBlock) {
    const std::int64_t count = std::min(kTermBlock, end - at);
    job.kernels.square_terms[job.residual_rule](job.x(row, at), job.residual(row, at), count,
                                                exponents, squares);
    for (std::int64_t i = 0; i < count; ++i) {
      bins.add({exponents[i], squares[i]}, static_cast<int>(i % SquareBins::kCells));
    }
  }
}

/// C8 over the columns [begin, end).
WideSum wide_sum(const Job& job, std::int64_t row, std::int64_t begin, std::int64_t end) {
  WideSum sum;
  SquareBins bins;
  for (std::int64_t at = begin; at < end; at += SquareBins::kCapacity) {
    add_squares(job, bins, row, at, std::min<std::int64_t>(at + SquareBins::kCapacity, end));
    bins.fold_into(sum);
  }
  return sum;
}

/// The whole decision for one row; `wide` is called only where integers must decide.
template <class Wide>
float decide(const Job& job, const DoubleSum& sum, Counters& counters, const Wide& wide) {
  const auto r = numeric::round_and_verify(sum.sum, job.count, job.eps, sum.height);
  if (r.certain && !job.options.decide_in_integers) [[likely]] {
    return r.value;
  }
  // An infinity or NaN in the row has decided r already (C9) and has no place on the integer grid.
  if (!std::isfinite(sum.sum)) return r.value;
  counters.integer_rows.fetch_add(1, std::memory_order_relaxed);
  if (!r.certain) counters.ambiguous_rows.fetch_add(1, std::memory_order_relaxed);
  return numeric::exact_inverse_rms(wide(), job.count, job.eps, r.value);
}

constexpr std::int64_t kMaxGroup = 64;

/// Rows to sum before they are normalized. Beyond the cache the 16-bit formats, which compute more
/// for each byte, gain a fifth from reading several rows and then writing several; float32 loses a
/// tenth, since its reads and writes already overlap. Within the cache the square roots of narrow
/// rows overlap, while wide ones would leave its first level.
std::int64_t rows_in_group(const Job& job) {
  const bool wide_groups = job.streaming && job.dtype() != DType::float32;
  const std::int64_t bytes = wide_groups ? 128 * 1024 : 8 * 1024;
  return std::clamp<std::int64_t>(bytes / job.row_bytes, 1, kMaxGroup);
}

void run_over_rows(const Job& job, Counters& counters) {
  const std::int64_t group = rows_in_group(job);
  core::for_blocks(job.crew, job.rows, job.grain(), [&](std::int64_t begin, std::int64_t end) {
    float inverse_rms[kMaxGroup];
    for (std::int64_t first = begin; first < end; first += group) {
      const std::int64_t last = std::min(first + group, end);
      for (std::int64_t row = first; row < last; ++row) {
        const auto sum = double_sum(job, row, 0, job.columns);
        inverse_rms[row - first] =
            decide(job, sum, counters, [&] { return wide_sum(job, row, 0, job.columns); });
      }
      for (std::int64_t row = first; row < last; ++row) {
        job.normalize(row, inverse_rms[row - first], 0, job.columns);
      }
    }
    if (job.streaming) hwy::FlushStream();
  });
}

/// A long row cut into equal segments, several for each thread so that an interrupted thread does
/// not hold up the rest.
class Segments {
 public:
  static constexpr std::int64_t kMax = 256;

  explicit Segments(const Job& job) : job_(job) {
    // Whole pages of elements, so that neighbours share no cache line of the output.
    constexpr std::int64_t kMultiple = 4096;
    const std::int64_t wanted = std::min<std::int64_t>(kMax, 8 * std::int64_t{job.crew.threads});
    const std::int64_t even = (job.columns + wanted - 1) / wanted;
    length_ = (even + kMultiple - 1) / kMultiple * kMultiple;
    count_ = (job.columns + length_ - 1) / length_;
  }

  std::int64_t count() const { return count_; }

  /// Calls body(segment, begin, end) for each, in parallel.
  template <class Body>
  void for_each(const Body& body) const {
    core::for_blocks(job_.crew, count_, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t s = first; s < last; ++s) {
        body(s, s * length_, std::min(job_.columns, (s + 1) * length_));
      }
    });
  }

 private:
  const Job& job_;
  std::int64_t length_;
  std::int64_t count_;
};

DoubleSum split_double_sum(const Job& job, std::int64_t row, const Segments& segments) {
  DoubleSum parts[Segments::kMax] = {};
  segments.for_each([&](std::int64_t s, std::int64_t begin, std::int64_t end) {
    parts[s] = double_sum(job, row, begin, end);
  });
  DoubleSum total = parts[0];
  for (std::int64_t s = 1; s < segments.count(); ++s) {
    total.sum += parts[s].sum;
    total.height = std::max(total.height, parts[s].height) + 1.0;
  }
  return total;
}

WideSum split_wide_sum(const Job& job, std::int64_t row, const Segments& segments) {
  WideSum total;
  std::mutex mutex;
  segments.for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
    const WideSum part = wide_sum(job, row, begin, end);
    const std::lock_guard lock(mutex);
    total.add(part);
  });
  return total;
}

void run_split_rows(const Job& job, Counters& counters) {
  const Segments segments(job);
  for (std::int64_t row = 0; row < job.rows; ++row) {
    const DoubleSum sum = split_double_sum(job, row, segments);
    const float r = decide(job, sum, counters, [&] { return split_wide_sum(job, row, segments); });
    segments.for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
      job.normalize(row, r, begin, end - begin);
      if (job.streaming) hwy::FlushStream();
    });
  }
}

}  // namespace

void run_exact(const Job& job) {
  constexpr std::int64_t kLongRowBytes = 512 * 1024;
  const bool split =
      job.crew.threads > 1 && job.row_bytes >= kLongRowBytes && job.rows < 4 * job.crew.threads;
  Counters counters;
  split ? run_split_rows(job, counters) : run_over_rows(job, counters);
  if (job.options.stats != nullptr) {
    *job.options.stats = {.rows = job.rows,
                          .integer_rows = counters.integer_rows,
                          .ambiguous_rows = counters.ambiguous_rows};
  }
}

}  // namespace samebits::cpu
