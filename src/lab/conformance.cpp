// SPDX-License-Identifier: Apache-2.0
#include "lab/conformance.hpp"

#include <fmt/format.h>

#include <cstring>

#include "lab/random.hpp"
#include "lab/sha256.hpp"

namespace samebits::lab {
namespace {

void set_encoding(io::Array& array, std::int64_t index, std::uint32_t bits) {
  const std::size_t size = size_of(array.dtype);
  std::memcpy(array.data.data() + static_cast<std::size_t>(index) * size, &bits, size);
}

/// The exponent field, all ones in infinities and NaNs.
std::uint32_t exponent_mask(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return 0x7F800000u;
    case DType::float16:
      return 0x7C00u;
    case DType::bfloat16:
      return 0x7F80u;
  }
  return 0;
}

std::uint32_t all_bits(DType dtype) {
  return dtype == DType::float32 ? 0xFFFFFFFFu : 0xFFFFu;
}

std::uint32_t random_finite(DType dtype, Random& random) {
  const auto bits = static_cast<std::uint32_t>(random.next()) & all_bits(dtype);
  // Infinities and NaNs become subnormals, of which there can hardly be too many in a test.
  const std::uint32_t mask = exponent_mask(dtype);
  return (bits & mask) == mask ? bits & ~mask : bits;
}

void fill_encodings(io::Array& array, Random& random) {
  for (std::int64_t i = 0; i < array.elements(); ++i) {
    set_encoding(array, i, random_finite(array.dtype, random));
  }
}

/// Row k of each seven gets another kind of trouble; the last stays as it was.
void strew_special(io::Array& array, Random& random) {
  const std::uint32_t infinity = exponent_mask(array.dtype);
  const std::uint32_t sign = (all_bits(array.dtype) >> 1) + 1;
  const std::int64_t columns = array.columns();
  for (std::int64_t row = 0; row < array.rows(); ++row) {
    const auto place = [&] {
      return row * columns +
             static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(columns)));
    };
    switch (row % 7) {
      case 0:
        for (std::int64_t i = 0; i < columns; ++i) {
          set_encoding(array, row * columns + i, random.below(2) != 0 ? sign : 0);
        }
        break;
      case 1:
        set_encoding(array, place(), infinity);
        break;
      case 2:
        set_encoding(array, place(), infinity | sign);
        break;
      case 3:
        set_encoding(array, place(), infinity | 1u);
        break;  // signaling NaN
      case 4:
        set_encoding(array, place(), all_bits(array.dtype));
        break;  // NaN, all ones
      case 5:
        set_encoding(array, place(), sign);
        break;  // -0
      default:
        break;
    }
  }
}

io::Array draw_rows(const ConformanceCase& c, std::uint64_t seed) {
  io::Array array = random_rows(c.dtype, c.rows, c.columns, seed);
  Random random(seed ^ 0x5EC1A1u);
  if (c.filling == Filling::encodings) fill_encodings(array, random);
  if (c.filling == Filling::special) strew_special(array, random);
  return array;
}

io::Array draw_weight(const ConformanceCase& c, std::uint64_t seed) {
  io::Array array = random_weight(*c.weight_dtype, c.columns, seed);
  Random random(seed);
  if (c.filling == Filling::encodings) fill_encodings(array, random);
  if (c.filling == Filling::special) {
    const auto columns = static_cast<std::uint64_t>(c.columns);
    const std::uint32_t infinity = exponent_mask(array.dtype);
    set_encoding(array, static_cast<std::int64_t>(random.below(columns)), infinity);
    set_encoding(array, static_cast<std::int64_t>(random.below(columns)), all_bits(array.dtype));
  }
  return array;
}

struct CaseOutputs {
  io::Array y;
  std::optional<io::Array> h;
};

/// An output, filled with a pattern, so that what is not written cannot pass for right.
io::Array poisoned(const ConformanceCase& c) {
  io::Array array = io::make_array(c.dtype, {c.rows, c.columns});
  std::memset(array.data.data(), 0xA5, array.data.size());
  return array;
}

CaseOutputs compute(const ConformanceCase& c, const ConformanceInputs& inputs,
                    const ConformanceRun& run) {
  CaseOutputs outputs{.y = poisoned(c), .h = {}};
  RmsNorm norm{.x = inputs.x.matrix(),
               .y = outputs.y.matrix(),
               .eps = c.eps,
               .weight_mode = c.weight_mode,
               .residual_mode = c.residual_mode.value_or(ResidualMode::rounded)};
  if (inputs.weight) norm.weight = inputs.weight->vector();
  if (inputs.residual) {
    outputs.h = poisoned(c);
    norm.residual = inputs.residual->matrix();
    norm.residual_output = outputs.h->matrix();
  }
  testing::run(norm, testing::Options{.operation = c.operation,
                                      .device = run.device,
                                      .simd = run.simd,
                                      .decide_in_integers = run.decide_in_integers,
                                      .gpu = run.gpu});
  return outputs;
}

std::string compare_digest(const char* name, const io::Array& array, const std::string& expected) {
  const std::string found = sha256(array.data.bytes());
  return found == expected
             ? std::string()
             : fmt::format("{} has SHA-256 {}, published is {}", name, found, expected);
}

}  // namespace

ConformanceInputs expand(const ConformanceCase& c) {
  ConformanceInputs inputs;
  if (c.filling == Filling::given) {
    inputs.x = io::make_array(c.dtype, {c.rows, c.columns});
    for (std::int64_t i = 0; i < inputs.x.elements(); ++i) {
      set_encoding(inputs.x, i, c.given[static_cast<std::size_t>(i)]);
    }
  } else {
    inputs.x = draw_rows(c, c.seed);
  }
  if (c.weight_dtype) inputs.weight = draw_weight(c, c.seed + 1);
  if (c.residual_mode) inputs.residual = draw_rows(c, c.seed + 2);
  return inputs;
}

std::vector<ConformanceRun> conformance_runs(Device device, const testing::GpuSchedule& gpu) {
  std::vector<ConformanceRun> runs;
  if (device == Device{}) {
    for (const testing::Simd simd : testing::simd_targets()) {
      runs.push_back({.device = device, .simd = simd});
    }
  } else {
    runs.push_back({.device = device, .gpu = gpu});
  }
  runs.push_back({.device = device, .decide_in_integers = true, .gpu = gpu});
  return runs;
}

std::string check(const ConformanceCase& c, const ConformanceRun& run) try {
  const CaseOutputs outputs = compute(c, expand(c), run);
  std::string difference = compare_digest("y", outputs.y, c.sha256_y);
  if (!difference.empty() || !outputs.h) return difference;
  return compare_digest("h", *outputs.h, c.sha256_h);
} catch (const Error& error) {
  if (error.status() != Status::device_failed) throw;
  return error.what();
}

}  // namespace samebits::lab
