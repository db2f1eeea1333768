// SPDX-License-Identifier: Apache-2.0
#include "tests/invariance/telling_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "numeric/formats.hpp"
#include "oracle/hard_rows.hpp"

namespace samebits::test {
namespace {

/// A hard row, its inverse RMS, and what a wrong decision would take for it.
struct HardRow {
  Encodings bits;
  float right;
  float wrong;
};

HardRow make_hard_row(DType dtype, std::int64_t columns, double eps, lab::Random& random) {
  const bool below = random.below(2) == 0;
  const oracle::HardRowSpec spec{.format = format_of(dtype),
                                 .columns = columns,
                                 .seed = random.next(),
                                 .eps = eps,
                                 .side = below ? oracle::Side::below : oracle::Side::above};
  const std::uint32_t r = oracle::hard_row_inverse_rms(spec);
  return {oracle::hard_row(spec), std::bit_cast<float>(r),
          std::bit_cast<float>(below ? r + 1 : r - 1)};
}

std::uint32_t float32_bits(std::uint32_t bits, DType dtype) {
  return oracle::convert(bits, format_of(dtype), oracle::Format::float32);
}

std::uint32_t output_bits(float v, DType dtype) {
  return oracle::convert(std::bit_cast<std::uint32_t>(v), oracle::Format::float32,
                         format_of(dtype));
}

/// A weight near 1 for which x * r * w rounds to two different outputs for the right and the wrong
/// r: it puts the product next to a tie. 1 if a few tries find none.
float tuned_weight(const HardRow& row, std::size_t column, DType dtype) {
  const float x = std::bit_cast<float>(float32_bits(row.bits[column], dtype));
  const float right = x * row.right;
  const float wrong = x * row.wrong;
  const std::uint32_t near = output_bits(right, dtype);
  const auto value = [&](std::uint32_t bits) {
    return static_cast<double>(std::bit_cast<float>(float32_bits(bits, dtype)));
  };
  const double tie = 0.5 * (value(near) + value(near + 1));
  const float start = static_cast<float>(tie / static_cast<double>(right));
  for (std::uint32_t step = 0; step < 9; ++step) {
    const float w = std::bit_cast<float>(std::bit_cast<std::uint32_t>(start) + step - 4);
    if (output_bits(right * w, dtype) != output_bits(wrong * w, dtype)) return w;
  }
  return 1.0f;
}

void put_row(io::Array& array, std::int64_t row, const Encodings& bits) {
  const io::Array one = array_of(array.dtype, 1, array.columns(), bits);
  std::memcpy(array.data.data() + static_cast<std::size_t>(row) * one.data.size(), one.data.data(),
              one.data.size());
}

/// A row that random normal numbers never give: any finite encodings, or only subnormals, or an
/// infinity or a NaN among small numbers.
Encodings special_row(DType dtype, std::int64_t columns, lab::Random& random) {
  const oracle::Layout layout = oracle::layout(format_of(dtype));
  const std::uint64_t kind = random.below(8);
  Encodings bits(static_cast<std::size_t>(columns));
  for (auto& b : bits) {
    const auto any = static_cast<std::uint32_t>(random.next());
    const std::uint32_t magnitude = any & (layout.sign_bit() - 1);
    const std::uint32_t fraction = magnitude & ((1u << (layout.precision - 1)) - 1);
    const std::uint32_t finite = magnitude < layout.infinity() ? magnitude : fraction;
    b = (any & layout.sign_bit()) | (kind < 4 ? finite : fraction);
  }
  auto& victim = bits[random.below(bits.size())];
  if (kind == 3 || kind == 6) victim = layout.infinity();
  if (kind == 7) victim = layout.infinity() | 1u | layout.sign_bit();
  return bits;
}

/// x and residual whose sum is the given row: each element in one of them, zero in the other.
void put_sum(Problem& p, std::int64_t row, Encodings bits, lab::Random& random) {
  if (p.residual) {
    Encodings rest(bits.size());
    for (std::size_t i = 0; i < bits.size(); ++i) {
      if (random.below(2) == 0) std::swap(bits[i], rest[i]);
    }
    put_row(*p.residual, row, rest);
  }
  put_row(p.x, row, bits);
}

void tune_weight(Problem& p, const std::vector<HardRow>& hard) {
  auto* weight = reinterpret_cast<float*>(p.weight->data.data());
  for (std::size_t i = 0; i < static_cast<std::size_t>(p.x.columns()); ++i) {
    weight[i] = tuned_weight(hard[i % hard.size()], i, p.x.dtype);
  }
}

}  // namespace

Problem telling_problem(const Telling& telling, lab::Random& random) {
  constexpr std::int64_t kHardRows = 16;
  constexpr WeightMode kModes[] = {WeightMode::none, WeightMode::scale, WeightMode::cast_first,
                                   WeightMode::one_plus};
  const auto& [dtype, rows, columns, with_residual, special] = telling;
  Problem p;
  p.eps = random.below(2) == 0 ? 0.0 : 1e-6;
  p.x = lab::random_rows(dtype, rows, columns, random.next());
  if (with_residual) {
    p.residual = lab::random_rows(dtype, rows, columns, random.next());
    p.residual_mode = random.below(2) == 0 ? ResidualMode::rounded : ResidualMode::unrounded;
  }
  std::vector<HardRow> hard;
  for (std::int64_t i = 0; i < std::min(kHardRows, (rows + 3) / 4); ++i) {
    hard.push_back(make_hard_row(dtype, columns, p.eps, random));
  }
  for (std::int64_t row = 0; row < rows; row += 4) {
    put_sum(p, row, hard[static_cast<std::size_t>(row / 4) % hard.size()].bits, random);
    if (special && row + 1 < rows) put_sum(p, row + 1, special_row(dtype, columns, random), random);
  }
  if (dtype != DType::float32) {
    p.weight = io::make_array(DType::float32, {columns});
    tune_weight(p, hard);
  } else {
    p.weight = lab::random_weight(dtype, columns, random.next());
    p.weight_mode = kModes[random.below(4)];
  }
  return p;
}

io::Array take_rows(const io::Array& array, std::span<const std::int64_t> rows) {
  const auto count = static_cast<std::int64_t>(rows.size());
  io::Array taken = io::make_array(array.dtype, {count, array.columns()});
  const std::size_t bytes = static_cast<std::size_t>(array.columns()) * size_of(array.dtype);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(taken.data.data() + i * bytes,
                array.data.data() + static_cast<std::size_t>(rows[i]) * bytes, bytes);
  }
  return taken;
}

Problem take_rows(const Problem& problem, std::span<const std::int64_t> rows) {
  Problem taken;
  taken.x = take_rows(problem.x, rows);
  taken.weight = problem.weight;
  if (problem.residual) taken.residual = take_rows(*problem.residual, rows);
  taken.options = problem.options;
  return taken;
}

Answer take_rows(const Answer& answer, std::span<const std::int64_t> rows) {
  Answer taken{.y = take_rows(answer.y, rows), .h = {}, .stats = {}};
  if (answer.h) taken.h = take_rows(*answer.h, rows);
  return taken;
}

std::vector<std::int64_t> indices(std::int64_t count) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::vector<std::int64_t> shuffled_indices(std::int64_t count, lab::Random& random) {
  // Not std::shuffle, whose result the standard leaves open: a seed must replay everywhere.
  std::vector<std::int64_t> all = indices(count);
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
  return all;
}

std::string difference(const Answer& got, const Answer& expected) {
  const std::string y = difference(got.y, expected.y);
  if (!y.empty()) return "y: " + y;
  if (got.h.has_value() != expected.h.has_value()) return "only one has an h";
  const std::string h = got.h ? difference(*got.h, *expected.h) : "";
  return h.empty() ? "" : "h: " + h;
}

std::string dtype_name(const ::testing::TestParamInfo<DType>& info) {
  return std::string(name_of(info.param));
}

}  // namespace samebits::test
