// SPDX-License-Identifier: Apache-2.0
//
// Rows that need more iterations than some drivers let the loops of an invocation have (Mesa's
// llvmpipe: 65535), and a plan too coarse for such a driver, of which every call must notice that
// work was lost.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "lab/conformance.hpp"
#include "tests/gpu/gpu_support.hpp"
#include "tests/gpu/long_rows.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kRows = 9;  // more than one row, or a few workgroups would share each
constexpr std::int64_t kLong = 1400000;
constexpr std::int64_t kNarrower = 430001;  // long on the exact path with a residual

TEST(VulkanLongRows, ExactHasTheBitsOfTheCpu) {
  for (const GpuPath& path : arithmetic_paths()) {
    ASSERT_NO_FATAL_FAILURE(expect_cpu_bits(path, plain_problem(DType::float32, kRows, kLong)));
    ASSERT_NO_FATAL_FAILURE(expect_cpu_bits(path, plain_problem(DType::bfloat16, 1, 4200001)));
  }
}

/// The more an element takes, the narrower are the rows at which llvmpipe ends loops.
TEST(VulkanLongRows, ResidualsIntegersAndTheExactPathToo) {
  for (const GpuPath& path : arithmetic_paths()) {
    for (Problem problem : {residual_problem(DType::float32, kRows, kNarrower),
                            any_encoding_problem(DType::float32, kRows, kNarrower)}) {
      for (const bool force : {false, true}) {
        problem.options.force_exact_path = force;
        ASSERT_NO_FATAL_FAILURE(expect_cpu_bits(path, problem));
      }
    }
  }
}

/// The sums of the other methods go on from dispatch to dispatch, whatever each of them takes.
TEST(VulkanLongRows, OtherMethodsKeepTheirOrder) {
  for (const DeviceInfo& device : vulkan_devices()) {
    for (const Method method : {Method::standard, Method::chunked, Method::adaptive}) {
      for (const std::int64_t chunk : {1, 64, 30000}) {
        if (method != Method::chunked && chunk != 64) continue;
        Problem problem = residual_problem(DType::float16, 3, 70001);
        problem.options.method = method;
        problem.options.chunk = chunk;
        ASSERT_NO_FATAL_FAILURE(expect_same_bits_by_any_loops(
            device.name, problem, {"", "loops=64", "loops=2000", "loops=2000,binding=65536"}));
      }
    }
  }
}

/// One element after the other: in chunks of one, in one chunk, and in one by whichever thread.
TEST(VulkanLongRows, ThreeNamesOfOneSum) {
  for (const DeviceInfo& device : vulkan_devices()) {
    Problem problem = plain_problem(DType::float32, 2, 200003);
    problem.options.method = Method::chunked;
    problem.options.chunk = 1;
    const Answer expected = run_on({device.name, "", ""}, problem);
    problem.options.chunk = problem.x.columns();
    EXPECT_EQ(difference(run_on({device.name, "", ""}, problem), expected), "");
    problem.options.method = Method::chunked_parallel;
    EXPECT_EQ(difference(run_on({device.name, "", ""}, problem), expected), "");
    EXPECT_EQ(difference(run_on({device.name, "", "loops=64"}, problem), expected), "");
  }
}

TEST(VulkanLongRows, AllMethodsComeClose) {
  for (const DeviceInfo& device : vulkan_devices()) {
    Problem problem = plain_problem(DType::float32, kRows, kLong);
    const Answer expected = run(problem);
    for (const Method method : {Method::standard, Method::chunked_parallel, Method::adaptive}) {
      problem.options.method = method;
      const Answer answer = run_on({device.name, "", ""}, problem);
      EXPECT_LT(largest_relative_error(answer.y, expected.y), 1e-4) << name_of(method);
    }
  }
}

// ---- a device that drops work ------------------------------------------------------------------

/// A plan that believes any loop.
GpuPath too_coarse(const DeviceInfo& device) {
  return {device.name, "", "loops=4294967296"};
}

/// Drivers known to end loops. Others must do all of even this plan.
bool ends_loops(const DeviceInfo& device) {
  return device.description.find("llvmpipe") != std::string::npos;
}

Problem losing_problem(Method method) {
  Problem problem = plain_problem(DType::float32, kRows, kLong);
  problem.options.method = method;
  if (method == Method::chunked_parallel) problem.options.chunk = kLong;  // a thread for a row
  return problem;
}

TEST(VulkanLostWork, IsAnErrorOfEveryMethod) {
  for (const DeviceInfo& device : vulkan_devices()) {
    if (!ends_loops(device)) continue;
    for (const Method method : all_methods()) {
      try {
        run_on(too_coarse(device), losing_problem(method));
        ADD_FAILURE() << name_of(method) << ": nothing was noticed";
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), Status::device_failed);
        const std::string text = error.what();
        for (const std::string& part :
             {"rms_norm: " + device.name + " (" + device.description + ")",
              fmt::format("of {}x{} by method '{}'", kRows, kLong, name_of(method)),
              fmt::format("of {} elements", kRows * kLong), std::string("use another device")}) {
          EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks: " << part;
        }
      }
    }
  }
}

TEST(VulkanLostWork, BringsNothingToTheCaller) {
  for (const DeviceInfo& device : vulkan_devices()) {
    if (!ends_loops(device)) continue;
    const UsePath use(too_coarse(device));
    const Problem problem = plain_problem(DType::float32, kRows, kLong);
    io::Array y = io::make_array(DType::float32, {kRows, kLong});
    std::fill(y.data.data(), y.data.data() + y.data.size(), std::byte{0x5A});
    const Operands operands{.x = problem.x.matrix(), .y = y.matrix()};
    EXPECT_THROW(rms_norm(operands, {.device = device.name}), Error);
    const auto call = prepare(operands, {.device = device.name});
    EXPECT_THROW(call->run(), Error);
    EXPECT_TRUE(std::all_of(y.data.data(), y.data.data() + y.data.size(),
                            [](std::byte b) { return b == std::byte{0x5A}; }));
  }
}

TEST(VulkanLostWork, IsNoticedOnTheExactPath) {
  for (const DeviceInfo& device : vulkan_devices()) {
    if (!ends_loops(device)) continue;
    Problem problem = residual_problem(DType::float32, kRows, kNarrower);
    problem.options.force_exact_path = true;
    EXPECT_THROW(run_on(too_coarse(device), problem), Error);
  }
}

/// As `samebits selftest` sees it.
TEST(VulkanLostWork, FailsPublishedCases) {
  for (const DeviceInfo& device : vulkan_devices()) {
    if (!ends_loops(device)) continue;
    const UsePath use(too_coarse(device));
    int noticed = 0;
    for (const auto& c : lab::published_cases()) {
      if (c.rows * c.columns < 1000000) continue;
      for (const auto& how : lab::conformance_runs(device.name)) {
        const std::string found = lab::check(c, how);
        if (found.find("dropped work") != std::string::npos) ++noticed;
      }
    }
    EXPECT_GE(noticed, 2);
  }
}

}  // namespace
}  // namespace samebits::test
