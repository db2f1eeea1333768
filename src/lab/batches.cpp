// SPDX-License-Identifier: Apache-2.0
#include "lab/batches.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace samebits::lab {
namespace {

/// Around 256 a widely used server changed its block width, so it is looked at closely.
constexpr std::int64_t kSizes[] = {2, 3, 7, 16, 64, 255, 256, 257, 300, 512, 2048};
constexpr std::int64_t kSingleRows = 64;
constexpr std::size_t kMostBytes = std::size_t{256} << 20;  // of one batch's rows

bool same_rows(const io::Array& batch, const io::Array& whole,
               const std::vector<std::int64_t>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto a = row_bytes(batch, static_cast<std::int64_t>(i));
    const auto b = row_bytes(whole, rows[i]);
    if (std::memcmp(a.data(), b.data(), a.size()) != 0) return false;
  }
  return true;
}

/// Runs those rows as one batch; true if each has the bits that it has in `whole`.
bool unmoved(const Problem& problem, const testing::Options& options, const Outputs& whole,
             const std::vector<std::int64_t>& rows) {
  const io::Array x = gather(*problem.x, rows);
  std::optional<io::Array> residual;
  if (problem.residual != nullptr) residual = gather(*problem.residual, rows);
  const Problem batch = problem.with_rows(x, residual ? &*residual : nullptr);
  Outputs outputs = batch.make_outputs();
  batch.run(options, outputs);
  return same_rows(outputs.y, whole.y, rows) && (!whole.h || same_rows(*outputs.h, *whole.h, rows));
}

/// `size` rows from `start` on, around the end of the input as often as it takes.
std::vector<std::int64_t> around(std::int64_t start, std::int64_t size, std::int64_t total) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) rows[static_cast<std::size_t>(i)] = (start + i) % total;
  return rows;
}

}  // namespace

BatchInvariance try_batches(const Problem& problem, const testing::Options& options,
                            const Outputs& whole) {
  BatchInvariance result;
  const std::int64_t total = problem.x->rows();
  if (total == 0) return result;
  const auto note = [&](std::int64_t size, bool same) {
    if (!same && result.first_difference < 0) result.first_difference = size;
  };
  result.sizes.push_back(1);
  result.single_rows = std::min(total, kSingleRows);
  for (std::int64_t i = 0; i < result.single_rows; ++i) {
    note(1, unmoved(problem, options, whole, {i * total / result.single_rows}));
  }
  const std::size_t row_size = row_bytes(*problem.x, 0).size();
  for (const std::int64_t size : kSizes) {
    if (static_cast<std::size_t>(size) * row_size > kMostBytes) break;
    result.sizes.push_back(size);
    note(size, unmoved(problem, options, whole, around(31 * size % total, size, total)));
  }
  return result;
}

}  // namespace samebits::lab
