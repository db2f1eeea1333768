// SPDX-License-Identifier: Apache-2.0
//
// Rows of 2^26 columns and more: minutes and gigabytes, so not among the tests that always run.
//
//   ctest -C long -R vulkan.longest_rows
#include <gtest/gtest.h>

#include "tests/gpu/long_rows.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kLongest = std::int64_t{1} << 26;

TEST(VulkanLongestRows, ExactHasTheBitsOfTheCpu) {
  for (const GpuPath& path : arithmetic_paths()) {
    // One buffer of a software driver holds 2^25 float32; the longer rows lie in several.
    for (const std::int64_t columns : {kLongest / 2, kLongest, kLongest + 5}) {
      ASSERT_NO_FATAL_FAILURE(expect_cpu_bits(path, plain_problem(DType::float32, 1, columns)));
    }
    ASSERT_NO_FATAL_FAILURE(expect_cpu_bits(path, plain_problem(DType::bfloat16, 1, kLongest)));
  }
}

TEST(VulkanLongestRows, ExactPathOfAnyEncoding) {
  for (const GpuPath& path : arithmetic_paths()) {
    Problem problem = any_encoding_problem(DType::float16, 1, kLongest + 1);
    problem.options.decide_in_integers = true;
    ASSERT_NO_FATAL_FAILURE(expect_cpu_bits(path, problem));
  }
}

/// Few rows share no workgroups on a software driver, more rows do, each with its own limits.
TEST(VulkanLongestRows, ManyRows) {
  for (const GpuPath& path : arithmetic_paths()) {
    if (path.gpu.soft) continue;
    ASSERT_NO_FATAL_FAILURE(expect_cpu_bits(path, plain_problem(DType::bfloat16, 9, 4200001)));
  }
}

TEST(VulkanLongestRows, OtherMethodsKeepTheirOrder) {
  for (const DeviceInfo& device : vulkan_devices()) {
    for (const Method method : {Method::standard, Method::chunked, Method::adaptive}) {
      Problem problem = plain_problem(DType::float32, 1, kLongest + 5);
      problem.options.method = method;
      problem.options.chunk = 64;
      ASSERT_NO_FATAL_FAILURE(
          expect_same_bits_by_any_loops(device.device, problem, {{}, {.loops = 10000}}));
    }
    Problem problem = plain_problem(DType::bfloat16, 1, kLongest);
    problem.options.method = Method::chunked;
    problem.options.chunk = kLongest;
    const Answer expected = run_on({device.device}, problem);
    problem.options.method = Method::chunked_parallel;
    EXPECT_EQ(difference(run_on({device.device}, problem), expected), "");
  }
}

}  // namespace
}  // namespace samebits::test
