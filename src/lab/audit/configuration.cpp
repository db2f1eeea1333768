// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/configuration.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "numeric/formats.hpp"

namespace samebits::lab::audit {
namespace {

/// So many rows hold one whose elements are subnormal or next to it.
constexpr std::int64_t kTinyEvery = 8;

template <class T>
void make_tiny(io::Array& x, float scale) {
  auto* const elements = reinterpret_cast<T*>(x.data.data());
  const std::int64_t columns = x.columns();
  for (std::int64_t row = kTinyEvery - 1; row < x.rows(); row += kTinyEvery) {
    for (std::int64_t i = row * columns; i < (row + 1) * columns; ++i) {
      numeric::from_float(numeric::to_float(elements[i]) * scale, elements + i);
    }
  }
}

/// Normal numbers times this are subnormal for the most part, yet far from zero.
void make_tiny(io::Array& x) {
  switch (x.dtype) {
    case DType::float32:
      return make_tiny<float>(x, 0x1p-129f);
    case DType::float16:
      return make_tiny<numeric::Float16>(x, 0x1p-16f);
    case DType::bfloat16:
      return make_tiny<numeric::BFloat16>(x, 0x1p-129f);
  }
}

}  // namespace

Material make_material(DType dtype, std::int64_t rows, std::int64_t columns, const Terms& terms,
                       std::uint64_t seed) {
  Material material{.x = random_rows(dtype, rows, columns, seed),
                    .weight = random_weight(dtype, columns, seed + 1),
                    .residual = random_rows(dtype, rows, columns, seed + 2),
                    .terms = terms};
  make_tiny(material.x);
  return material;
}

std::vector<std::int64_t> row_range(std::int64_t begin, std::int64_t count) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), begin);
  return rows;
}

void shuffle(std::vector<std::int64_t>& values, Random& random) {
  // Not std::shuffle, whose result the standard leaves open: a seed must replay everywhere.
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
}

std::vector<std::int64_t> column_permutation(std::uint64_t order, std::int64_t columns) {
  if (order == 0) return {};
  std::vector<std::int64_t> permutation = row_range(0, columns);
  if (order == 1) {
    std::ranges::reverse(permutation);
  } else {
    Random random(order);
    shuffle(permutation, random);
  }
  return permutation;
}

}  // namespace samebits::lab::audit
