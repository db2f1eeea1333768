// SPDX-License-Identifier: Apache-2.0
//
// Between the caller's rows, at any address and any stride, and the device's, padded with zeros to
// whole vectors.
#pragma once

#include <cstdint>

#include "samebits/core.hpp"

namespace samebits::gpu {

/// `rows` rows of `vectors` vectors each, one after the other.
struct Block {
  std::int64_t row = 0;
  std::int64_t rows = 0;
  std::int64_t vector = 0;
  std::int64_t vectors = 0;

  std::int64_t bytes() const;
};

void pack(const ConstMatrix& from, const Block& block, void* to);
void unpack(const void* from, const Block& block, const Matrix& to);

}  // namespace samebits::gpu
