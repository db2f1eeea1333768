// SPDX-License-Identifier: Apache-2.0
//
// The schedule of an operation over rows, written once for all of them: rows are spread over
// threads, and where there are few and long ones each of them is split over the threads too. Any
// schedule will do, because what is decided of a row is a property of the row alone.
#pragma once

#include <hwy/cache_control.h>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <mutex>

#include "core/thread_pool.hpp"
#include "devices/cpu/job.hpp"

namespace samebits::cpu {

/// What an estimate says of a row.
template <class Scalars>
struct Decision {
  Scalars scalars;  ///< what the row is multiplied with, and the like
  bool certain;     ///< proven to be the contract's
};

/// An operation over rows, bound to one call. Its three parts are the seam of every schedule: sum
/// what a piece of a row contributes (estimate, and exactly), decide the few numbers that the row
/// needs, apply them to the elements. [begin, end) are columns.
template <class Op>
concept RowOp = requires(const Op& op, std::int64_t i, typename Op::Estimate estimate,
                         typename Op::Exact exact, typename Op::Scalars scalars) {
  { op.job() } -> std::same_as<const Job&>;
  { op.estimate(i, i, i) } -> std::same_as<typename Op::Estimate>;  // row, begin, end
  { op.exact(i, i, i) } -> std::same_as<typename Op::Exact>;        // row, begin, end
  { op.decide(estimate) } -> std::same_as<Decision<typename Op::Scalars>>;
  { op.decide(exact, scalars) } -> std::same_as<typename Op::Scalars>;
  // False: infinities or NaNs have decided, and integers have no place for them.
  { op.finite(estimate) } -> std::same_as<bool>;
  op.apply(i, scalars, i, i);  // row, scalars, begin, columns
  estimate.join(estimate);     // of two pieces of one row
  exact.add(exact);
};

struct RowCounters {
  std::atomic<std::int64_t> integer_rows = 0;
  std::atomic<std::int64_t> ambiguous_rows = 0;
};

/// The whole decision for one row; `exact` is called only where integers must decide.
template <RowOp Op, class Exact>
typename Op::Scalars decide_row(const Op& op, const typename Op::Estimate& estimate,
                                RowCounters& counters, const Exact& exact) {
  const auto decision = op.decide(estimate);
  if (decision.certain && !op.job().options.decide_in_integers) [[likely]] {
    return decision.scalars;
  }
  if (!op.finite(estimate)) return decision.scalars;
  counters.integer_rows.fetch_add(1, std::memory_order_relaxed);
  if (!decision.certain) counters.ambiguous_rows.fetch_add(1, std::memory_order_relaxed);
  return op.decide(exact(), decision.scalars);
}

inline constexpr std::int64_t kMaxGroup = 64;

/// Rows to sum before they are finished. Beyond the cache the 16-bit formats, which compute more
/// for each byte, gain a fifth from reading several rows and then writing several; float32 loses a
/// tenth, since its reads and writes already overlap. Within the cache the square roots of narrow
/// rows overlap, while wide ones would leave its first level.
inline std::int64_t rows_in_group(const Job& job) {
  const bool wide_groups = job.streaming && job.dtype() != DType::float32;
  const std::int64_t bytes = wide_groups ? 128 * 1024 : 8 * 1024;
  return std::clamp<std::int64_t>(bytes / job.row_bytes, 1, kMaxGroup);
}

template <RowOp Op>
void run_over_rows(const Op& op, RowCounters& counters) {
  const Job& job = op.job();
  const std::int64_t group = rows_in_group(job);
  core::for_blocks(job.crew, job.rows, job.grain(), [&](std::int64_t begin, std::int64_t end) {
    const Op own = op;  // of this thread alone, so that it may lie in registers
    typename Op::Scalars scalars[kMaxGroup];
    for (std::int64_t first = begin; first < end; first += group) {
      const std::int64_t last = std::min(first + group, end);
      for (std::int64_t row = first; row < last; ++row) {
        scalars[row - first] = decide_row(own, own.estimate(row, 0, job.columns), counters,
                                          [&] { return op.exact(row, 0, job.columns); });
      }
      for (std::int64_t row = first; row < last; ++row) {
        own.apply(row, scalars[row - first], 0, job.columns);
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

template <RowOp Op>
typename Op::Estimate split_estimate(const Op& op, std::int64_t row, const Segments& segments) {
  typename Op::Estimate parts[Segments::kMax] = {};
  segments.for_each([&](std::int64_t s, std::int64_t begin, std::int64_t end) {
    parts[s] = op.estimate(row, begin, end);
  });
  typename Op::Estimate total = parts[0];
  for (std::int64_t s = 1; s < segments.count(); ++s) total.join(parts[s]);
  return total;
}

template <RowOp Op>
typename Op::Exact split_exact(const Op& op, std::int64_t row, const Segments& segments) {
  typename Op::Exact total;
  std::mutex mutex;
  segments.for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
    const auto part = op.exact(row, begin, end);
    const std::lock_guard lock(mutex);
    total.add(part);
  });
  return total;
}

// Apart, so that its arrays are not on the stack of every small call.
template <RowOp Op>
HWY_NOINLINE void run_split_rows(const Op& op, RowCounters& counters) {
  const Job& job = op.job();
  const Segments segments(job);
  for (std::int64_t row = 0; row < job.rows; ++row) {
    const auto scalars = decide_row(op, split_estimate(op, row, segments), counters,
                                    [&] { return split_exact(op, row, segments); });
    segments.for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
      op.apply(row, scalars, begin, end - begin);
      if (job.streaming) hwy::FlushStream();
    });
  }
}

template <RowOp Op>
void run_rows(const Op& op) {
  constexpr std::int64_t kLongRowBytes = 512 * 1024;
  const Job& job = op.job();
  const bool split =
      job.crew.threads > 1 && job.row_bytes >= kLongRowBytes && job.rows < 4 * job.crew.threads;
  RowCounters counters;
  split ? run_split_rows(op, counters) : run_over_rows(op, counters);
  if (job.options.stats != nullptr) {
    *job.options.stats = {.rows = job.rows,
                          .integer_rows = counters.integer_rows,
                          .ambiguous_rows = counters.ambiguous_rows};
  }
}

}  // namespace samebits::cpu
