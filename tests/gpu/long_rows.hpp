// SPDX-License-Identifier: Apache-2.0
//
// Problems with long rows, compared as encodings.
#pragma once

#include <vector>

#include "tests/gpu/gpu_support.hpp"

namespace samebits::test {

/// Rows and a weight as hidden states have them.
Problem plain_problem(DType dtype, std::int64_t rows, std::int64_t columns);

/// The same with a residual.
Problem residual_problem(DType dtype, std::int64_t rows, std::int64_t columns);

/// Any finite encodings, of which many take the integers.
Problem any_encoding_problem(DType dtype, std::int64_t rows, std::int64_t columns);

/// `exact` on a path against the CPU.
void expect_cpu_bits(const GpuPath& path, const Problem& problem);

/// A method that keeps its order, by each of these schedules: the first one's bits.
void expect_same_bits_by_any_loops(Device device, const Problem& problem,
                                   const std::vector<testing::GpuSchedule>& schedules);

double largest_relative_error(const io::Array& got, const io::Array& expected);

}  // namespace samebits::test
