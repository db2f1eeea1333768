// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "io/array.hpp"
#include "samebits/testing.hpp"

namespace samebits::bench {

/// Input, weight and output of one call, 64-byte aligned and every page touched.
struct Data {
  io::Array x;
  io::Array weight;
  io::Array y;

  RmsNorm operands() {
    return {.x = std::as_const(x).matrix(), .weight = weight.vector(), .y = y.matrix()};
  }
  std::span<const std::byte> input() const { return x.data.bytes(); }
  std::span<std::byte> output() { return y.data.bytes(); }
  /// Input read once and output written once: what a throughput counts.
  std::int64_t bytes() const { return static_cast<std::int64_t>(2 * x.data.size()); }
};

/// Rows like hidden states. Large ones repeat after a million elements: no kernel's speed depends
/// on that, and making each of them would take longer than measuring.
std::shared_ptr<Data> random_data(DType dtype, std::int64_t rows, std::int64_t columns);

/// Rows which only integers can decide, each with a seed of its own; for eps = 0.
std::shared_ptr<Data> hard_data(DType dtype, std::int64_t rows, std::int64_t columns);

}  // namespace samebits::bench
