// SPDX-License-Identifier: Apache-2.0
#include "lab/random.hpp"

#include "numeric/formats.hpp"

namespace samebits::lab {
namespace {

template <class T, class Next>
void fill_as(io::Array& array, const Next& next) {
  auto* out = reinterpret_cast<T*>(array.data.data());
  for (std::int64_t i = 0; i < array.elements(); ++i) numeric::from_float(next(i), out + i);
}

template <class Next>
void fill(io::Array& array, const Next& next) {
  switch (array.dtype) {
    case DType::float32:
      return fill_as<float>(array, next);
    case DType::float16:
      return fill_as<numeric::Float16>(array, next);
    case DType::bfloat16:
      return fill_as<numeric::BFloat16>(array, next);
  }
}

}  // namespace

io::Array random_rows(DType dtype, std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  io::Array array = io::make_array(dtype, {rows, columns});
  Random random(seed);
  const auto loud = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(columns)));
  fill(array, [&](std::int64_t i) {
    const float v = random.normal();
    return i % columns == loud ? 100.0f * v : v;
  });
  return array;
}

io::Array random_weight(DType dtype, std::int64_t columns, std::uint64_t seed) {
  io::Array array = io::make_array(dtype, {columns});
  Random random(seed);
  fill(array, [&](std::int64_t) { return 1.0f + 0.125f * random.normal(); });
  return array;
}

}  // namespace samebits::lab
