// SPDX-License-Identifier: Apache-2.0
#include "tests/support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

namespace samebits::test {
namespace {

std::uint64_t choose_seed() {
  const char* given = std::getenv("SAMEBITS_TEST_SEED");
  const std::uint64_t chosen =
      given != nullptr
          ? std::strtoull(given, nullptr, 0)
          : static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  fmt::print("SAMEBITS_TEST_SEED={} replays this run\n", chosen);
  return chosen;
}

oracle::WeightMode weight_mode_of(const Problem& p) {
  if (!p.weight) return oracle::WeightMode::none;
  switch (p.weight_mode) {
    case WeightMode::none:
      return oracle::WeightMode::none;
    case WeightMode::scale:
      return oracle::WeightMode::scale;
    case WeightMode::cast_first:
      return oracle::WeightMode::cast_first;
    case WeightMode::one_plus:
      return oracle::WeightMode::one_plus;
  }
  return oracle::WeightMode::none;
}

Encodings row_of(const io::Array& array, std::int64_t row) {
  Encodings bits;
  for (std::int64_t i = 0; i < array.columns(); ++i) {
    bits.push_back(encoding_at(array, row * array.columns() + i));
  }
  return bits;
}

oracle::Row oracle_row(const Problem& p, std::int64_t row) {
  oracle::Row question;
  question.format = format_of(p.x.dtype);
  question.x = row_of(p.x, row);
  question.eps = p.eps;
  question.weight_mode = weight_mode_of(p);
  if (p.weight) {
    question.weight_format = format_of(p.weight->dtype);
    question.weight = row_of(*p.weight, 0);
  }
  if (p.residual) {
    question.residual_mode = p.residual_mode == ResidualMode::rounded
                                 ? oracle::ResidualMode::rounded
                                 : oracle::ResidualMode::unrounded;
    question.residual = row_of(*p.residual, row);
  }
  return question;
}

std::string compare(const char* name, const io::Array& got, const io::Array& expected) {
  for (std::int64_t i = 0; i < got.elements(); ++i) {
    const std::uint32_t bits = encoding_at(got, i);
    const std::uint32_t wanted = encoding_at(expected, i);
    if (bits != wanted) {
      return fmt::format("{}[{}, {}] is {:#x}, expected {:#x}", name, i / got.columns(),
                         i % got.columns(), bits, wanted);
    }
  }
  return {};
}

std::string describe(const Problem& p) {
  return fmt::format("{} {} {} weight={}/{} residual={} eps={} simd={} threads={} chunk={}",
                     name_of(p.options.operation), name_of(p.x.dtype), p.x.shape_text(),
                     name_of(p.weight_mode), p.weight ? name_of(p.weight->dtype) : "absent",
                     p.residual ? name_of(p.residual_mode) : "absent", p.eps,
                     name_of(p.options.simd), p.options.threads, p.options.chunk);
}

/// Encodings that random normal numbers never give.
std::uint32_t unusual(DType dtype, lab::Random& random) {
  const auto bits = static_cast<std::uint32_t>(random.next());
  if (dtype == DType::float32) {
    switch (random.below(6)) {
      case 0:
        return bits & 0x80000000u;  // zeros
      case 1:
        return bits & 0x807FFFFFu;  // subnormals
      case 2:
        return (bits & 0x807FFFFFu) | 0x7F000000u;  // the largest binade
      case 3:
        return (bits & 0x80FFFFFFu) | 0x3F000000u;
      default:
        return (bits & 0x7F800000u) == 0x7F800000u ? 0 : bits;  // any finite
    }
  }
  const std::uint32_t exponent = dtype == DType::float16 ? 0x7C00u : 0x7F80u;
  const std::uint32_t any = bits & 0xFFFFu;
  switch (random.below(3)) {
    case 0:
      return any & 0x8000u;
    case 1:
      return any & ~exponent;
    default:
      return (any & exponent) == exponent ? 0 : any;
  }
}

void set_encoding(io::Array& array, std::int64_t index, std::uint32_t bits) {
  const std::size_t size = size_of(array.dtype);
  // Little-endian, as every processor that samebits runs on.
  std::memcpy(array.data.data() + static_cast<std::size_t>(index) * size, &bits, size);
}

void sprinkle(io::Array& array, lab::Random& random) {
  const auto elements = static_cast<std::uint64_t>(array.elements());
  switch (random.below(4)) {
    case 0:
      for (std::int64_t i = 0; i < array.elements(); ++i) {
        set_encoding(array, i, unusual(array.dtype, random));
      }
      break;
    case 1:
      set_encoding(array, static_cast<std::int64_t>(random.below(elements)),
                   unusual(array.dtype, random));
      break;
    default:
      break;
  }
}

/// An output before a call: an element that nobody writes does not pass for a right one.
io::Array poisoned(DType dtype, const std::vector<std::int64_t>& shape) {
  io::Array array = io::make_array(dtype, shape);
  std::memset(array.data.data(), 0xA5, array.data.size());
  return array;
}

}  // namespace

std::uint64_t seed() {
  static const std::uint64_t chosen = choose_seed();
  return chosen;
}

io::Array array_of(DType dtype, std::int64_t rows, std::int64_t columns, const Encodings& bits) {
  io::Array array = io::make_array(dtype, {rows, columns});
  for (std::int64_t i = 0; i < array.elements(); ++i) {
    set_encoding(array, i, bits[static_cast<std::size_t>(i)]);
  }
  return array;
}

std::uint32_t encoding_at(const io::Array& array, std::int64_t index) {
  std::uint32_t bits = 0;
  const std::size_t size = size_of(array.dtype);
  std::memcpy(&bits, array.data.data() + static_cast<std::size_t>(index) * size, size);
  return bits;
}

Encodings encodings_of(const io::Array& array) {
  Encodings bits;
  for (std::int64_t i = 0; i < array.elements(); ++i) bits.push_back(encoding_at(array, i));
  return bits;
}

oracle::Format format_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return oracle::Format::float32;
    case DType::float16:
      return oracle::Format::float16;
    case DType::bfloat16:
      return oracle::Format::bfloat16;
  }
  return oracle::Format::float32;
}

RmsNorm Problem::norm() const {
  RmsNorm norm{
      .x = x.matrix(), .eps = eps, .weight_mode = weight_mode, .residual_mode = residual_mode};
  if (weight) norm.weight = weight->vector();
  if (residual) norm.residual = residual->matrix();
  return norm;
}

Answer run(const Problem& p) {
  Answer answer{.y = poisoned(p.x.dtype, p.x.shape), .h = {}, .stats = {}};
  RmsNorm norm = p.norm();
  norm.y = answer.y.matrix();
  if (p.residual) {
    answer.h = poisoned(p.x.dtype, p.x.shape);
    norm.residual_output = answer.h->matrix();
  }
  testing::Options options = p.options;
  options.stats = &answer.stats;
  testing::run(norm, options);
  return answer;
}

Answer oracle_answer(const Problem& p) {
  Answer answer{.y = io::make_array(p.x.dtype, p.x.shape), .h = {}, .stats = {}};
  if (p.residual) answer.h = io::make_array(p.x.dtype, p.x.shape);
  for (std::int64_t row = 0; row < p.x.rows(); ++row) {
    const oracle::Result result =
        oracle::operation(name_of(p.options.operation), oracle_row(p, row));
    for (std::int64_t i = 0; i < p.x.columns(); ++i) {
      const std::int64_t at = row * p.x.columns() + i;
      set_encoding(answer.y, at, result.y[static_cast<std::size_t>(i)]);
      if (answer.h) set_encoding(*answer.h, at, result.h[static_cast<std::size_t>(i)]);
    }
  }
  return answer;
}

std::string difference_from_oracle(const Problem& p, const Answer& answer) {
  return difference_from(p, answer, oracle_answer(p));
}

std::string difference_from(const Problem& p, const Answer& answer, const Answer& expected) {
  std::string found = compare("y", answer.y, expected.y);
  if (found.empty() && answer.h) found = compare("h", *answer.h, *expected.h);
  return found.empty() ? found : describe(p) + ": " + found;
}

std::string difference(const io::Array& got, const io::Array& expected) {
  if (got.data.size() != expected.data.size()) return "the sizes differ";
  if (std::memcmp(got.data.data(), expected.data.data(), got.data.size()) == 0) return {};
  for (std::int64_t i = 0; i < expected.elements(); ++i) {
    const std::uint32_t a = encoding_at(got, i);
    const std::uint32_t b = encoding_at(expected, i);
    if (a != b) return fmt::format("element {} is {:#x}, expected {:#x}", i, a, b);
  }
  return {};
}

Problem random_problem(lab::Random& random) {
  constexpr DType kDTypes[] = {DType::float32, DType::float16, DType::bfloat16};
  constexpr std::int64_t kWidths[] = {1, 2, 4, 8, 16, 32, 64, 96, 128, 250, 512};
  constexpr double kEps[] = {0.0, 1e-5, 1e-6, 1e-12, 0x1p-100, 0x1p100, 3.0};
  constexpr WeightMode kModes[] = {WeightMode::none, WeightMode::scale, WeightMode::cast_first,
                                   WeightMode::one_plus};
  const DType dtype = kDTypes[random.below(3)];
  const auto rows = static_cast<std::int64_t>(1 + random.below(3));
  const auto columns =
      kWidths[random.below(std::size(kWidths))] + static_cast<std::int64_t>(random.below(5));
  Problem p;
  p.x = lab::random_rows(dtype, rows, columns, random.next());
  sprinkle(p.x, random);
  p.eps = kEps[random.below(std::size(kEps))];
  p.weight_mode = kModes[random.below(4)];
  if (random.below(5) != 0) {
    const DType weight_dtype = random.below(2) != 0 ? dtype : DType::float32;
    p.weight = lab::random_weight(weight_dtype, columns, random.next());
    sprinkle(*p.weight, random);
  }
  if (random.below(2) != 0) {
    p.residual = lab::random_rows(dtype, rows, columns, random.next());
    sprinkle(*p.residual, random);
    p.residual_mode = random.below(2) != 0 ? ResidualMode::rounded : ResidualMode::unrounded;
  }
  const auto targets = testing::simd_targets();
  p.options.simd = targets[random.below(targets.size())];
  p.options.threads = static_cast<int>(random.below(4));
  p.options.decide_in_integers = random.below(4) == 0;
  if (random.below(3) == 0) p.options.chunk = static_cast<std::int64_t>(1 + random.below(100));
  return p;
}

}  // namespace samebits::test
