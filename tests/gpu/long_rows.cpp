// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu/long_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lab/conformance.hpp"

namespace samebits::test {

Problem plain_problem(DType dtype, std::int64_t rows, std::int64_t columns) {
  Problem problem;
  problem.x = lab::random_rows(dtype, rows, columns, seed());
  problem.weight = lab::random_weight(dtype, columns, seed() + 1);
  return problem;
}

Problem any_encoding_problem(DType dtype, std::int64_t rows, std::int64_t columns) {
  auto inputs = lab::expand({.dtype = dtype,
                             .rows = rows,
                             .columns = columns,
                             .weight_dtype = dtype,
                             .weight_mode = WeightMode::scale,
                             .filling = lab::Filling::encodings,
                             .seed = seed()});
  Problem problem;
  problem.x = std::move(inputs.x);
  problem.weight = std::move(inputs.weight);
  return problem;
}

Problem residual_problem(DType dtype, std::int64_t rows, std::int64_t columns) {
  Problem problem = plain_problem(dtype, rows, columns);
  problem.residual = lab::random_rows(dtype, rows, columns, seed() + 2);
  problem.residual_mode = ResidualMode::unrounded;
  return problem;
}

void expect_cpu_bits(const GpuPath& path, const Problem& problem) {
  const Answer expected = run(problem);
  ASSERT_EQ(difference(run_on(path, problem), expected), "")
      << path.text() << " " << problem.x.shape_text();
}

void expect_same_bits_by_any_loops(Device device, const Problem& problem,
                                   const std::vector<testing::GpuSchedule>& schedules) {
  const Answer expected = run_on({device, schedules.front()}, problem);
  for (const testing::GpuSchedule& schedule : schedules) {
    const GpuPath path{device, schedule};
    ASSERT_EQ(difference(run_on(path, problem), expected), "")
        << path.text() << " " << name_of(problem.options.method) << " chunk "
        << problem.options.chunk;
  }
}

double largest_relative_error(const io::Array& got, const io::Array& expected) {
  double worst = 0.0;
  for (std::int64_t i = 0; i < got.elements(); ++i) {
    float a = 0.0f, b = 0.0f;
    std::memcpy(&a, got.data.data() + 4 * i, 4);
    std::memcpy(&b, expected.data.data() + 4 * i, 4);
    worst = std::max(worst, std::fabs(double{a} - double{b}) / std::fabs(double{b}));
  }
  return worst;
}

}  // namespace samebits::test
