// SPDX-License-Identifier: Apache-2.0
//
// Problems that give a broken schedule away. On random rows two different sums of squares nearly
// always round to one inverse RMS, so a test on them passes whatever the order did. A quarter of
// the rows here are hard (oracle/hard_rows.hpp), others hold subnormals, infinities and NaN.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/support.hpp"

namespace samebits::test {

inline constexpr DType kAllDTypes[] = {DType::float32, DType::float16, DType::bfloat16};

struct Telling {
  DType dtype = DType::float32;
  std::int64_t rows = 1;
  std::int64_t columns = 64;  ///< at least 16, which a hard row needs
  bool residual = false;
  bool special = true;  ///< with rows of subnormals, infinities and NaN
};

/// A problem of that shape, with a weight, random modes and a random eps of 0 or 1e-6. Rows 0, 4,
/// 8, ... are hard. In the 16-bit formats an inverse RMS that is off by one would seldom show in y;
/// there the weight is tuned, column by column, so that it does for some hard row.
Problem telling_problem(const Telling& telling, lab::Random& random);

/// Those rows of the problem, array or answer, in that order.
Problem take_rows(const Problem& problem, std::span<const std::int64_t> rows);
Answer take_rows(const Answer& answer, std::span<const std::int64_t> rows);
io::Array take_rows(const io::Array& array, std::span<const std::int64_t> rows);

/// 0, 1, ..., count - 1, and the same shuffled.
std::vector<std::int64_t> indices(std::int64_t count);
std::vector<std::int64_t> shuffled_indices(std::int64_t count, lab::Random& random);

/// "" if both outputs agree, else the first place where they do not.
std::string difference(const Answer& got, const Answer& expected);

/// How a test that is repeated for each dtype is called.
std::string dtype_name(const ::testing::TestParamInfo<DType>& info);

}  // namespace samebits::test
