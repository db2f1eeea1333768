// SPDX-License-Identifier: Apache-2.0
#include "lab/problem.hpp"

#include <algorithm>
#include <cstring>

namespace samebits::lab {
namespace {

constexpr std::byte kSpoil{0xA5};

const io::Array* address(const std::optional<io::Array>& array) {
  return array ? &*array : nullptr;
}

double size(const io::Array* array) {
  return array != nullptr ? static_cast<double>(array->data.size()) : 0.0;
}

}  // namespace

Digest Outputs::digest() const {
  Digest result = lab::digest(y.data.bytes());
  if (h) {
    const Digest other = lab::digest(h->data.bytes());
    result.low ^= other.low * 3;  // odd factors lose nothing
    result.high ^= other.high * 5;
  }
  return result;
}

void Outputs::spoil() {
  std::ranges::fill(y.data.bytes(), kSpoil);
  if (h) std::ranges::fill(h->data.bytes(), kSpoil);
}

Problem::Problem(const CompareInput& input, const CompareOptions& options)
    : x(&input.x),
      weight(address(input.weight)),
      residual(address(input.residual)),
      eps(options.eps),
      weight_mode(options.weight_mode),
      residual_mode(options.residual_mode) {}

Problem Problem::with_rows(const io::Array& rows, const io::Array* residual_rows) const {
  Problem other = *this;
  other.x = &rows;
  other.residual = residual_rows;
  return other;
}

Outputs Problem::make_outputs() const {
  Outputs outputs{io::make_array(x->dtype, x->shape), std::nullopt};
  if (residual != nullptr) outputs.h = io::make_array(x->dtype, x->shape);
  return outputs;
}

RmsNorm Problem::norm(Outputs& outputs) const {
  RmsNorm norm{.x = x->matrix(),
               .y = outputs.y.matrix(),
               .eps = eps,
               .weight_mode = weight_mode,
               .residual_mode = residual_mode};
  if (weight != nullptr) norm.weight = weight->vector();
  if (residual != nullptr) {
    norm.residual = residual->matrix();
    norm.residual_output = outputs.h->matrix();
  }
  return norm;
}

double Problem::bytes() const {
  return 2 * size(x) + size(weight) + 2 * size(residual);
}

std::span<const std::byte> row_bytes(const io::Array& array, std::int64_t row) {
  const std::size_t size = static_cast<std::size_t>(array.columns()) * size_of(array.dtype);
  return array.data.bytes().subspan(static_cast<std::size_t>(row) * size, size);
}

io::Array gather(const io::Array& source, std::span<const std::int64_t> rows) {
  io::Array result =
      io::make_array(source.dtype, {static_cast<std::int64_t>(rows.size()), source.columns()});
  std::byte* out = result.data.data();
  for (const std::int64_t row : rows) {
    const auto bytes = row_bytes(source, row);
    std::memcpy(out, bytes.data(), bytes.size());
    out += bytes.size();
  }
  return result;
}

}  // namespace samebits::lab
