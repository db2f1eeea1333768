// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/configuration.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <span>
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

/// An inverse RMS wrong by one unit in its last place would move an element of the row.
template <class T>
bool is_sensitive(const T* x, const T* w, std::int64_t columns, double eps) {
  double squares = 0.0;
  for (std::int64_t i = 0; i < columns; ++i) {
    const double v = numeric::to_float(x[i]);
    squares += v * v;
  }
  const auto r = static_cast<float>(1.0 / std::sqrt(squares / static_cast<double>(columns) + eps));
  const float other = std::nextafter(r, 2.0f * r);
  for (std::int64_t i = 0; i < columns; ++i) {
    const float v = numeric::to_float(x[i]);
    const float weight = numeric::to_float(w[i]);
    if (numeric::round_to<T>(v * r * weight) != numeric::round_to<T>(v * other * weight))
      return true;
  }
  return false;
}

/// Moves sensitive rows of `from` into `to` from row `filled` on, and counts them.
template <class T>
void take_sensitive(const io::Array& from, const io::Array& weight, double eps, io::Array& to,
                    std::int64_t& filled) {
  const std::int64_t columns = from.columns();
  const auto* const x = reinterpret_cast<const T*>(from.data.data());
  const auto* const w = reinterpret_cast<const T*>(weight.data.data());
  auto* const out = reinterpret_cast<T*>(to.data.data());
  for (std::int64_t row = 0; row < from.rows() && filled < to.rows(); ++row) {
    if (!is_sensitive(x + row * columns, w, columns, eps)) continue;
    std::copy_n(x + row * columns, columns, out + filled++ * columns);
  }
}

/// A few times as many rows are looked at as are needed; what is still missing then is random.
io::Array sensitive_rows(DType dtype, std::int64_t rows, const io::Array& weight, double eps,
                         std::uint64_t seed) {
  constexpr std::uint64_t kBatches = 12;
  io::Array result = random_rows(dtype, rows, weight.columns(), seed);
  if (dtype == DType::float32) return result;
  std::int64_t filled = 0;
  for (std::uint64_t i = 1; i <= kBatches && filled < rows; ++i) {
    const io::Array more = random_rows(dtype, rows, weight.columns(), seed + (i << 32));
    dtype == DType::float16 ? take_sensitive<numeric::Float16>(more, weight, eps, result, filled)
                            : take_sensitive<numeric::BFloat16>(more, weight, eps, result, filled);
  }
  return result;
}

}  // namespace

Inputs make_inputs(DType dtype, std::int64_t rows, std::int64_t columns, const Terms& terms,
                   std::uint64_t seed) {
  const io::Array weight = random_weight(dtype, columns, seed + 1);
  Inputs inputs{.x = sensitive_rows(dtype, rows, weight, terms.eps, seed),
                .weight = weight,
                .residual = random_rows(dtype, rows, columns, seed + 2),
                .terms = terms};
  make_tiny(inputs.x);
  return inputs;
}

Digest call_digest(const Configuration& c) {
  std::vector<std::int64_t> values = c.rows;
  values.insert(values.end(), c.calls.begin(), c.calls.end());
  const FloatState& e = c.environment;
  for (const std::int64_t value :
       {c.columns, std::bit_cast<std::int64_t>(c.column_order), std::int64_t{c.threads}, c.chunk,
        std::int64_t{c.force_exact_path}, std::int64_t{c.callers}, std::int64_t{c.x_offset},
        std::int64_t{c.y_offset}, std::int64_t{c.weight_offset}, c.x_padding, c.y_padding,
        std::int64_t{c.low_end}, static_cast<std::int64_t>(c.in_place),
        static_cast<std::int64_t>(c.residual), static_cast<std::int64_t>(e.rounding),
        std::int64_t{e.flush_to_zero}, std::int64_t{e.denormals_are_zero}}) {
    values.push_back(value);
  }
  for (const std::string& name : {c.simd, c.device}) {
    values.insert(values.end(), name.begin(), name.end());
    values.push_back(-1);
  }
  return digest(std::as_bytes(std::span(values)));
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
