// SPDX-License-Identifier: Apache-2.0
#include "devices/gpu/pack.hpp"

#include <algorithm>
#include <cstring>

#include "devices/gpu/parameters.hpp"

namespace samebits::gpu {
namespace {

/// The bytes of one row of a block, in the caller's memory.
struct RowBytes {
  std::int64_t begin;   ///< of the block's first row
  std::int64_t length;  ///< without padding
  std::int64_t stride;
};

template <class M>
RowBytes row_bytes(const M& matrix, const Block& block) {
  const auto size = static_cast<std::int64_t>(size_of(matrix.dtype));
  const std::int64_t first = block.vector * kVectorBytes;
  const std::int64_t stride = matrix.row_stride * size;
  const std::int64_t all = matrix.columns * size;
  const std::int64_t left = std::max<std::int64_t>(0, all - first);
  return {block.row * stride + first, std::min(left, block.vectors * kVectorBytes), stride};
}

bool is_dense(const RowBytes& row, const Block& block) {
  const std::int64_t pitch = block.vectors * kVectorBytes;
  return row.length == pitch && (row.stride == pitch || block.rows == 1);
}

}  // namespace

std::int64_t Block::bytes() const {
  return rows * vectors * kVectorBytes;
}

void pack(const ConstMatrix& from, const Block& block, void* to) {
  const RowBytes row = row_bytes(from, block);
  const auto* source = static_cast<const std::byte*>(from.data) + row.begin;
  auto* target = static_cast<std::byte*>(to);
  if (is_dense(row, block)) {
    std::memcpy(target, source, static_cast<std::size_t>(block.bytes()));
    return;
  }
  const auto length = static_cast<std::size_t>(row.length);
  const auto pitch = static_cast<std::size_t>(block.vectors * kVectorBytes);
  for (std::int64_t i = 0; i < block.rows; ++i) {
    if (length != 0) std::memcpy(target, source + i * row.stride, length);
    std::memset(target + length, 0, pitch - length);
    target += pitch;
  }
}

void unpack(const void* from, const Block& block, const Matrix& to) {
  const RowBytes row = row_bytes(to, block);
  auto* target = static_cast<std::byte*>(to.data) + row.begin;
  const auto* source = static_cast<const std::byte*>(from);
  if (is_dense(row, block)) {
    std::memcpy(target, source, static_cast<std::size_t>(block.bytes()));
    return;
  }
  for (std::int64_t i = 0; i < block.rows; ++i) {
    if (row.length != 0) {
      std::memcpy(target + i * row.stride, source, static_cast<std::size_t>(row.length));
    }
    source += block.vectors * kVectorBytes;
  }
}

}  // namespace samebits::gpu
