// SPDX-License-Identifier: Apache-2.0
//
// C2 on a GPU. A driver starts threads of its own when a device is opened, and threads inherit the
// float environment of whoever starts them, for good. ctest gives each test a process of its own,
// so that each opens the device in another state.
#include <gtest/gtest.h>

#include <cfenv>
#include <utility>

#include "tests/gpu/gpu_support.hpp"

namespace samebits::test {
namespace {

class VulkanEnvironment : public ::testing::TestWithParam<int> {};

TEST_P(VulkanEnvironment, OfTheCallerHasNoInfluenceAndIsKept) {
  lab::Random random(seed());
  Problem problem;
  problem.x = lab::random_rows(DType::float32, 40, 1003, random.next());
  problem.weight = lab::random_weight(DType::float32, 1003, random.next());
  problem.eps = 0.0;
  const Answer expected = run(problem);
  for (const DeviceInfo& device : vulkan_devices()) {
    problem.options.device = device.device;
    Answer answer{.y = io::make_array(problem.x.dtype, problem.x.shape), .h = {}, .stats = {}};
    RmsNorm norm = problem.norm();
    norm.y = answer.y.matrix();
    for (const bool prepared : {false, true}) {
      std::feclearexcept(FE_ALL_EXCEPT);
      std::fesetround(GetParam());
      if (prepared) {
        const auto call = testing::prepare(norm, problem.options);
        call->run();
        call->fetch();
      } else {
        testing::run(norm, problem.options);
      }
      const int mode = std::fegetround();
      const int flags = std::fetestexcept(FE_ALL_EXCEPT);
      std::fesetround(FE_TONEAREST);
      ASSERT_EQ(difference(answer, expected), "") << device.name << " prepared: " << prepared;
      EXPECT_EQ(mode, GetParam());
      EXPECT_EQ(flags, 0);
    }
  }
}

std::string name_of_mode(const ::testing::TestParamInfo<int>& info) {
  switch (info.param) {
    case FE_UPWARD:
      return "upward";
    case FE_DOWNWARD:
      return "downward";
    case FE_TOWARDZERO:
      return "to_zero";
    default:
      return "to_nearest";
  }
}

INSTANTIATE_TEST_SUITE_P(RoundingModes, VulkanEnvironment,
                         ::testing::Values(FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO),
                         name_of_mode);

TEST(VulkanEps, NegativeZeroIsZero) {
  Problem problem;
  problem.x = lab::random_rows(DType::float32, 3, 70, seed());
  problem.eps = 0.0;
  const Answer expected = run(problem);
  problem.eps = -0.0;
  EXPECT_EQ(difference(run(problem), expected), "");
  for (const DeviceInfo& device : vulkan_devices()) {
    problem.options.device = device.device;
    EXPECT_EQ(difference(run(problem), expected), "") << device.name;
  }
}

}  // namespace
}  // namespace samebits::test
