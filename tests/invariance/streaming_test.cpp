// SPDX-License-Identifier: Apache-2.0
//
// C11 for outputs larger than the last-level cache, which are stored past it. The library is told
// of a small cache, since some machines claim half a gigabyte.
#include <gtest/gtest.h>

#include <cstring>

#include "devices/cpu/job.hpp"
#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

/// Copies of the same rows, one after the other, `offset` elements after a cache line's beginning.
class Repeated {
 public:
  Repeated(DType dtype, std::int64_t rows, std::int64_t columns, std::int64_t offset)
      : size_(size_of(dtype)),
        begin_(static_cast<std::size_t>(offset) * size_),
        memory_(begin_ + static_cast<std::size_t>(rows * columns) * size_),
        matrix_{memory_.data() + begin_, dtype, rows, columns, columns} {}

  void fill(const io::Array& tile) {
    std::byte* data = memory_.data() + begin_;
    const std::size_t bytes = memory_.size() - begin_;
    for (std::size_t at = 0; at < bytes; at += tile.data.size()) {
      std::memcpy(data + at, tile.data.data(), std::min(tile.data.size(), bytes - at));
    }
  }

  void poison() { std::memset(memory_.data(), 0xA5, memory_.size()); }

  /// The first row that is not the tile's, or -1.
  std::int64_t first_difference(const io::Array& tile) const {
    const std::size_t row_bytes = static_cast<std::size_t>(matrix_.columns) * size_;
    for (std::int64_t row = 0; row < matrix_.rows; ++row) {
      const auto at = static_cast<std::size_t>(row) * row_bytes;
      const auto tile_at = static_cast<std::size_t>(row % tile.rows()) * row_bytes;
      if (std::memcmp(memory_.data() + begin_ + at, tile.data.data() + tile_at, row_bytes) != 0) {
        return row;
      }
    }
    return -1;
  }

  const Matrix& matrix() const { return matrix_; }

 private:
  std::size_t size_, begin_;
  io::AlignedBytes memory_;
  Matrix matrix_;
};

void expect_streamed_bits(const Problem& tile, const Answer& expected, std::int64_t rows,
                          std::int64_t y_offset, std::int64_t h_offset,
                          std::span<const testing::Simd> targets) {
  const DType dtype = tile.x.dtype;
  const std::int64_t columns = tile.x.columns();
  Repeated x(dtype, rows, columns, 0), residual(dtype, rows, columns, 0);
  Repeated y(dtype, rows, columns, y_offset), h(dtype, rows, columns, h_offset);
  x.fill(tile.x);
  RmsNorm norm = tile.norm();
  norm.x = x.matrix();
  norm.y = y.matrix();
  if (tile.residual) {
    residual.fill(*tile.residual);
    norm.residual = residual.matrix();
    norm.residual_output = h.matrix();
  }
  for (const auto& target : targets) {
    testing::Options options = tile.options;
    options.simd = target;
    options.threads = 4;
    // Kernels align to y; an h that lies otherwise cannot be streamed beside it.
    const bool streams = !tile.residual || y_offset == h_offset;
    ASSERT_EQ(cpu::Job({norm, options, tile.eps, columns, options.chunk}).streaming, streams);
    y.poison();
    h.poison();
    testing::run(norm, options);
    ASSERT_EQ(y.first_difference(expected.y), -1) << target << " y offset " << y_offset;
    if (expected.h) {
      ASSERT_EQ(h.first_difference(*expected.h), -1) << target << " h offset " << h_offset;
    }
  }
}

/// A small cache for the length of a test.
class Streaming : public ::testing::Test {
 protected:
  static constexpr std::int64_t kCache = std::int64_t{4} << 20;
  void SetUp() override { cpu::assume_last_level_cache(kCache); }
  void TearDown() override { cpu::assume_last_level_cache(0); }
};

TEST_F(Streaming, OutputsLargerThanTheCache) {
  lab::Random random(seed());
  for (const DType dtype : kAllDTypes) {
    // An odd width, so that rows begin at every alignment.
    const std::int64_t columns = 4099;
    const auto row_bytes = columns * static_cast<std::int64_t>(size_of(dtype));
    const std::int64_t rows = kCache / row_bytes + 5;
    for (const bool residual : {false, true}) {
      const Problem tile = telling_problem(
          {.dtype = dtype, .rows = 61, .columns = columns, .residual = residual}, random);
      const Answer expected = run(tile);
      // Every target once, at an odd place, and one of them in each of the other situations.
      const std::span<const testing::Simd> all = testing::simd_targets();
      const auto one = [&] { return all.subspan(random.below(all.size()), 1); };
      expect_streamed_bits(tile, expected, rows, 3, 3, residual ? one() : all);
      expect_streamed_bits(tile, expected, rows, 0, 0, one());
      if (residual) expect_streamed_bits(tile, expected, rows, 1, 2, one());
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace samebits::test
