// SPDX-License-Identifier: Apache-2.0
//
// The library against the oracle: the input chooses dtype, modes, eps, SIMD target, threads, chunk,
// and every element's encoding. Any bit that differs is a crash.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/support.hpp"

namespace {

using namespace samebits;

/// Hands out the input's bytes; zeros when it is used up.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  std::uint32_t take(std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value << 8 | (at_ < size_ ? data_[at_++] : 0u);
    }
    return value;
  }
  std::int64_t below(std::uint32_t bound) { return take(1) % bound; }
  bool empty() const { return at_ >= size_; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

io::Array take_array(Bytes& bytes, DType dtype, std::int64_t rows, std::int64_t columns) {
  test::Encodings encodings;
  for (std::int64_t i = 0; i < rows * columns; ++i) {
    encodings.push_back(bytes.take(size_of(dtype)));
  }
  return test::array_of(dtype, rows, columns, encodings);
}

test::Problem take_problem(Bytes& bytes) {
  constexpr double kEps[] = {0.0, 1e-6, 1e-5, 0x1p-100, 0x1p100};
  test::Problem p;
  const auto dtype = static_cast<DType>(bytes.below(3));
  const std::int64_t rows = 1 + bytes.below(3);
  const std::int64_t columns = 1 + bytes.below(200);
  p.eps = kEps[bytes.below(5)];
  p.weight_mode = static_cast<WeightMode>(bytes.below(4));
  p.residual_mode = static_cast<ResidualMode>(bytes.below(2));
  p.options.threads = static_cast<int>(1 + bytes.below(2));
  p.options.chunk = bytes.below(100);
  p.options.decide_in_integers = bytes.below(2) != 0;
  const auto targets = testing::simd_targets();
  p.options.simd = targets[static_cast<std::size_t>(bytes.below(255)) % targets.size()];
  const std::int64_t operands = bytes.below(4);
  const auto operations = testing::operations();
  p.options.operation = operations[static_cast<std::size_t>(bytes.below(255)) % operations.size()];
  p.x = take_array(bytes, dtype, rows, columns);
  if ((operands & 1) != 0 && has_weight(p.options.operation)) {
    p.weight = take_array(bytes, bytes.below(2) != 0 ? dtype : DType::float32, 1, columns);
  }
  if ((operands & 2) != 0 && has_residual(p.options.operation)) {
    p.residual = take_array(bytes, dtype, rows, columns);
  }
  return p;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const test::Problem problem = take_problem(bytes);
  const std::string difference = test::difference_from_oracle(problem, test::run(problem));
  if (!difference.empty()) {
    std::fprintf(stderr, "%s\n", difference.c_str());
    std::abort();
  }
  return 0;
}
