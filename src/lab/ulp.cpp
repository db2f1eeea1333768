// SPDX-License-Identifier: Apache-2.0
#include "lab/ulp.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "numeric/formats.hpp"

namespace samebits::lab {
namespace {

template <class Bits>
Bits bits_at(const void* data, std::int64_t i) {
  Bits bits;
  std::memcpy(&bits, static_cast<const std::byte*>(data) + i * std::int64_t{sizeof(Bits)},
              sizeof(Bits));
  return bits;
}

template <class Element, class Bits>
double value(Bits bits) {
  return static_cast<double>(numeric::to_float(std::bit_cast<Element>(bits)));
}

template <class Element, class Bits>
Difference difference_of(const void* a, const void* b, std::int64_t elements, Bits infinity) {
  Difference result;
  std::uint64_t equal = 0;
  for (std::int64_t i = 0; i < elements; ++i) {
    const Bits p = bits_at<Bits>(a, i);
    const Bits q = bits_at<Bits>(b, i);
    if (p == q) {
      ++equal;
      continue;
    }
    const std::uint64_t distance = ulp_distance(p, q, infinity);
    result.histogram.add(distance);
    result.max_ulp = std::max(result.max_ulp, distance);
    const double gap = std::abs(value<Element>(p) - value<Element>(q));
    result.max_abs = std::max(result.max_abs,
                              std::isfinite(gap) ? gap : std::numeric_limits<double>::infinity());
  }
  result.histogram.add(0, equal);
  return result;
}

}  // namespace

Difference difference(DType dtype, const void* a, const void* b, std::int64_t elements) {
  switch (dtype) {
    case DType::float32:
      return difference_of<float>(a, b, elements, kInfinityFloat32);
    case DType::float16:
      return difference_of<numeric::Float16>(a, b, elements, kInfinityFloat16);
    case DType::bfloat16:
      return difference_of<numeric::BFloat16>(a, b, elements, kInfinityBFloat16);
  }
  return {};
}

}  // namespace samebits::lab
