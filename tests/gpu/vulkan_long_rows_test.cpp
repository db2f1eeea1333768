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
        problem.options.decide_in_integers = force;
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
            device.device, problem,
            {{}, {.loops = 64}, {.loops = 2000}, {.binding = 65536, .loops = 2000}}));
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
    const Answer expected = run_on({device.device}, problem);
    problem.options.chunk = problem.x.columns();
    EXPECT_EQ(difference(run_on({device.device}, problem), expected), "");
    problem.options.method = Method::chunked_parallel;
    EXPECT_EQ(difference(run_on({device.device}, problem), expected), "");
    EXPECT_EQ(difference(run_on({device.device, {.loops = 64}}, problem), expected), "");
  }
}

TEST(VulkanLongRows, AllMethodsComeClose) {
  for (const DeviceInfo& device : vulkan_devices()) {
    Problem problem = plain_problem(DType::float32, kRows, kLong);
    const Answer expected = run(problem);
    for (const Method method : {Method::standard, Method::chunked_parallel, Method::adaptive}) {
      problem.options.method = method;
      const Answer answer = run_on({device.device}, problem);
      EXPECT_LT(largest_relative_error(answer.y, expected.y), 1e-4) << name_of(method);
    }
  }
}

// ---- a device that drops work ------------------------------------------------------------------

constexpr std::int64_t kAnyLoop = std::int64_t{1} << 32;

/// A plan that believes any loop.
GpuPath too_coarse(const DeviceInfo& device) {
  return {device.device, {.loops = kAnyLoop}};
}

Problem losing_problem(Method method) {
  Problem problem = plain_problem(DType::float32, kRows, kLong);
  problem.options.method = method;
  if (method == Method::chunked_parallel) problem.options.chunk = kLong;  // a thread for a row
  return problem;
}

/// Devices whose driver ends loops: Mesa's software driver did until its version 23 or so. A device
/// that does all of even this plan must give the right bits for it.
std::vector<DeviceInfo> devices_that_lose_work() {
  std::vector<DeviceInfo> found;
  for (const DeviceInfo& device : vulkan_devices()) {
    const Problem problem = losing_problem(Method::exact);
    try {
      EXPECT_EQ(difference(run_on(too_coarse(device), problem), run(problem)), "")
          << device.description << ": work was lost and nothing said so";
    } catch (const Error&) {
      found.push_back(device);
      continue;
    }
    fmt::print("{}: its driver ends no loops; nothing to test\n", device.description);
  }
  return found;
}

TEST(VulkanLostWork, IsAnErrorOfEveryMethod) {
  for (const DeviceInfo& device : devices_that_lose_work()) {
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
  for (const DeviceInfo& device : devices_that_lose_work()) {
    const Problem problem = plain_problem(DType::float32, kRows, kLong);
    io::Array y = io::make_array(DType::float32, {kRows, kLong});
    std::fill(y.data.data(), y.data.data() + y.data.size(), std::byte{0x5A});
    const RmsNorm norm{.x = problem.x.matrix(), .y = y.matrix()};
    const testing::Options options{.device = device.device, .gpu = {.loops = kAnyLoop}};
    EXPECT_THROW(testing::run(norm, options), Error);
    const auto call = testing::prepare(norm, options);
    EXPECT_THROW(call->run(), Error);
    EXPECT_TRUE(std::all_of(y.data.data(), y.data.data() + y.data.size(),
                            [](std::byte b) { return b == std::byte{0x5A}; }));
  }
}

TEST(VulkanLostWork, IsNoticedOnTheExactPath) {
  for (const DeviceInfo& device : devices_that_lose_work()) {
    Problem problem = residual_problem(DType::float32, kRows, kNarrower);
    problem.options.decide_in_integers = true;
    EXPECT_THROW(run_on(too_coarse(device), problem), Error);
  }
}

/// As `samebits selftest` sees it.
TEST(VulkanLostWork, FailsPublishedCases) {
  for (const DeviceInfo& device : devices_that_lose_work()) {
    int noticed = 0;
    for (const auto& c : lab::published_cases()) {
      if (c.rows * c.columns < 1000000) continue;
      for (const auto& how : lab::conformance_runs(device.device, {.loops = kAnyLoop})) {
        const std::string found = lab::check(c, how);
        if (found.find("dropped work") != std::string::npos) ++noticed;
      }
    }
    EXPECT_GE(noticed, 2);
  }
}

}  // namespace
}  // namespace samebits::test
