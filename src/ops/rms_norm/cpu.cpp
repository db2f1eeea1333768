// SPDX-License-Identifier: Apache-2.0
//
// RMSNorm's three parts on the processor, and their schedule: sum of squares, inverse RMS, scaling.
#include <algorithm>
#include <cmath>

#include "devices/cpu/rows.hpp"
#include "numeric/inverse_rms.hpp"

namespace samebits::cpu {
namespace {

using numeric::SquareBins;
using numeric::WideSum;

class RmsNormRows {
 public:
  using Estimate = DoubleSum;
  using Exact = WideSum;
  using Scalars = float;

  explicit RmsNormRows(const Job& job)
      : job_(job), sum_(job.kernels.sum_double[job.residual_rule]), chunk_(job.chunk) {}

  const Job& job() const { return job_; }

  /// C7, in pieces of Options::chunk if that is set.
  DoubleSum estimate(std::int64_t row, std::int64_t begin, std::int64_t end) const {
    const std::int64_t piece = chunk_ > 0 ? chunk_ : end - begin;
    if (piece >= end - begin)
      return sum_(job_.x(row, begin), job_.residual(row, begin), end - begin);
    DoubleSum total{0.0, 0.0};
    for (std::int64_t at = begin; at < end; at += piece) {
      total.join(sum_(job_.x(row, at), job_.residual(row, at), std::min(piece, end - at)));
    }
    return total;
  }

  /// C8.
  WideSum exact(std::int64_t row, std::int64_t begin, std::int64_t end) const {
    WideSum sum;
    SquareBins bins;
    for (std::int64_t at = begin; at < end; at += SquareBins::kCapacity) {
      add_squares(bins, row, at, std::min<std::int64_t>(at + SquareBins::kCapacity, end));
      bins.fold_into(sum);
    }
    return sum;
  }

  Decision<float> decide(const DoubleSum& sum) const {
    const auto r = numeric::round_and_verify(sum.sum, job_.divisor, job_.eps, sum.height);
    return {r.value, r.certain};
  }

  bool finite(const DoubleSum& sum) const { return std::isfinite(sum.sum); }

  float decide(const WideSum& sum, float guess) const {
    return numeric::exact_inverse_rms(sum, job_.divisor, job_.eps, guess);
  }

  void apply(std::int64_t row, float inverse_rms, std::int64_t begin, std::int64_t columns) const {
    job_.normalize(row, inverse_rms, begin, columns);
  }

 private:
  void add_squares(SquareBins& bins, std::int64_t row, std::int64_t begin, std::int64_t end) const {
    std::uint64_t exponents[kTermBlock];
    std::uint64_t squares[kTermBlock];
    for (std::int64_t at = begin; at < end; at += kTermBlock) {
      const std::int64_t count = std::min(kTermBlock, end - at);
      job_.kernels.square_terms[job_.residual_rule](job_.x(row, at), job_.residual(row, at), count,
                                                    exponents, squares);
      for (std::int64_t i = 0; i < count; ++i) {
        bins.add({exponents[i], squares[i]}, static_cast<int>(i % SquareBins::kCells));
      }
    }
  }

  const Job& job_;
  SumDouble sum_;
  std::int64_t chunk_;
};

}  // namespace

void run_exact(const Job& job) {
  run_rows(RmsNormRows(job));
}

}  // namespace samebits::cpu
