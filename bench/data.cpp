// SPDX-License-Identifier: Apache-2.0
#include "bench/data.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "lab/random.hpp"
#include "oracle/hard_rows.hpp"

namespace samebits::bench {
namespace {

constexpr std::uint64_t kSeed = 1;

oracle::Format format_of(DType dtype) {
  switch (dtype) {
    case DType::float16:
      return oracle::Format::float16;
    case DType::bfloat16:
      return oracle::Format::bfloat16;
    default:
      return oracle::Format::float32;
  }
}

/// An output that the kernel will not meet as untouched memory.
io::Array touched_array(DType dtype, std::int64_t rows, std::int64_t columns) {
  io::Array array = io::make_array(dtype, {rows, columns});
  std::fill(array.data.bytes().begin(), array.data.bytes().end(), std::byte{1});
  return array;
}

std::shared_ptr<Data> data_with(io::Array x) {
  const DType dtype = x.dtype;
  const std::int64_t rows = x.rows();
  const std::int64_t columns = x.columns();
  return std::make_shared<Data>(Data{.x = std::move(x),
                                     .weight = lab::random_weight(dtype, columns, kSeed + 1),
                                     .y = touched_array(dtype, rows, columns)});
}

}  // namespace

std::shared_ptr<Data> random_data(DType dtype, std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t kDistinct = 1 << 20;
  const std::int64_t distinct = std::min(rows, std::max<std::int64_t>(1, kDistinct / columns));
  const io::Array block = lab::random_rows(dtype, distinct, columns, kSeed);
  io::Array x = io::make_array(dtype, {rows, columns});
  for (std::size_t at = 0; at < x.data.size(); at += block.data.size()) {
    std::memcpy(x.data.data() + at, block.data.data(),
                std::min(block.data.size(), x.data.size() - at));
  }
  return data_with(std::move(x));
}

std::shared_ptr<Data> hard_data(DType dtype, std::int64_t rows, std::int64_t columns) {
  io::Array x = io::make_array(dtype, {rows, columns});
  std::byte* out = x.data.data();
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto encodings =
        oracle::hard_row({.format = format_of(dtype),
                          .columns = columns,
                          .seed = kSeed + static_cast<std::uint64_t>(row),
                          .side = row % 2 == 0 ? oracle::Side::below : oracle::Side::above});
    for (const std::uint32_t encoding : encodings) {
      // The low bytes hold the 16-bit formats: io::Array is little-endian.
      std::memcpy(out, &encoding, size_of(dtype));
      out += size_of(dtype);
    }
  }
  return data_with(std::move(x));
}

}  // namespace samebits::bench
