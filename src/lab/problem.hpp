// SPDX-License-Identifier: Apache-2.0
//
// One input made ready to run: operands, outputs, and the bytes that a call must move.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "io/array.hpp"
#include "lab/compare.hpp"
#include "lab/digest.hpp"

namespace samebits::lab {

/// What a call writes; h only with a residual.
struct Outputs {
  io::Array y;
  std::optional<io::Array> h;

  Digest digest() const;
  /// Fills both with a pattern, so that an element left unwritten shows.
  void spoil();
};

/// Some rows and what goes with them.
struct Problem {
  const io::Array* x;
  const io::Array* weight;    ///< may be null
  const io::Array* residual;  ///< may be null
  double eps = 1e-6;
  WeightMode weight_mode = WeightMode::scale;
  ResidualMode residual_mode = ResidualMode::rounded;

  Problem(const CompareInput& input, const CompareOptions& options);
  /// The same of other rows.
  Problem with_rows(const io::Array& rows, const io::Array* residual_rows) const;

  Outputs make_outputs() const;
  RmsNorm norm(Outputs& outputs) const;
  void run(const testing::Options& options, Outputs& outputs) const {
    testing::run(norm(outputs), options);
  }

  /// Read and written, each operand once: x, y, weight, and residual in and out.
  double bytes() const;
};

/// `rows` in the given order, as an array of its own.
io::Array gather(const io::Array& source, std::span<const std::int64_t> rows);

/// The bytes of row `row`.
std::span<const std::byte> row_bytes(const io::Array& array, std::int64_t row);

}  // namespace samebits::lab
