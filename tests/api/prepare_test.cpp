// SPDX-License-Identifier: Apache-2.0
//
// testing::prepare(), devices() and the small functions around them.
#include <gtest/gtest.h>

#include <hwy/targets.h>
#include <algorithm>
#include <cstring>
#include <memory>

#include "tests/support.hpp"

namespace samebits::test {
namespace {

TEST(Prepare, GivesTheSameBitsEveryTime) {
  lab::Random random(seed());
  Problem p;
  p.x = lab::random_rows(DType::float32, 20, 300, random.next());
  const Answer expected = run(p);
  io::Array y = io::make_array(DType::float32, {20, 300});
  testing::RunStats stats;
  p.options.stats = &stats;
  const auto call = testing::prepare({.x = p.x.matrix(), .y = y.matrix()}, p.options);
  for (int i = 0; i < 3; ++i) {
    std::memset(y.data.data(), 0xA5, y.data.size());
    stats = {};
    call->upload();
    call->run();
    call->fetch();
    EXPECT_EQ(difference(y, expected.y), "");
    EXPECT_EQ(stats.rows, 20);
  }
  EXPECT_LT(call->device_seconds(), 0.0) << "the processor has no clock of its own";
}

TEST(Prepare, SeesNewInput) {
  std::vector<float> x(64, 3.0f), y(64);
  const auto call = testing::prepare({.x = view(x.data(), 1, 64), .y = view(y.data(), 1, 64)});
  call->run();
  const float positive = y[0];
  std::fill(x.begin(), x.end(), -3.0f);
  call->run();
  EXPECT_GT(positive, 0.0f);
  EXPECT_EQ(y[0], -positive);
}

/// Only the operands' memory must outlive the call: the struct that named it may be gone.
TEST(Prepare, KeepsItsOperands) {
  std::vector<float> x(1000), y(1000), expected(1000);
  lab::Random random(seed());
  for (float& v : x) v = random.normal();
  for (const testing::Simd target : testing::simd_targets()) {
    auto norm = std::make_unique<RmsNorm>();
    norm->x = view(x.data(), 1, 1000);
    norm->y = view(expected.data(), 1, 1000);
    const testing::Options options{.method = Method::standard, .simd = target};
    testing::run(*norm, options);
    std::fill(y.begin(), y.end(), -7.0f);
    norm->y = view(y.data(), 1, 1000);
    const auto call = testing::prepare(*norm, options);
    *norm = {};
    norm.reset();
    call->run();
    EXPECT_EQ(y, expected) << target;
  }
}

TEST(Devices, EveryBackendIsListed) {
  const auto all = devices();
  for (const std::string backend : {"cpu", "vulkan", "metal"}) {
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const DeviceInfo& info) {
      return info.name.starts_with(backend);
    })) << backend;
  }
  for (const DeviceInfo& info : all) {
    if (info.status == Status::ok) {
      EXPECT_FALSE(info.description.empty()) << info.name;
      EXPECT_FALSE(info.dtypes.empty()) << info.name;
    } else {
      EXPECT_FALSE(info.reason.empty()) << info.name;
    }
  }
  EXPECT_EQ(all.front().name, "cpu");
  EXPECT_EQ(all.front().status, Status::ok);
}

TEST(Names, AreWhatTheCommandLineTakes) {
  EXPECT_EQ(name_of(DType::bfloat16), "bfloat16");
  EXPECT_EQ(name_of(WeightMode::cast_first), "cast-first");
  EXPECT_EQ(name_of(ResidualMode::unrounded), "unrounded");
  EXPECT_EQ(name_of(Method::chunked_parallel), "chunked-parallel");
  EXPECT_EQ(size_of(DType::float32), 4u);
  EXPECT_EQ(size_of(DType::float16), 2u);
  EXPECT_EQ(size_of(DType::bfloat16), 2u);
}

TEST(SimdTargets, AreUniqueAndEndWithThePortableOne) {
  const auto targets = testing::simd_targets();
  ASSERT_FALSE(targets.empty());
  // What every processor has that this program may run on; its name depends on Highway's version.
  EXPECT_EQ(name_of(targets.back()), hwy::TargetName(HWY_STATIC_TARGET));
  for (std::size_t i = 1; i < targets.size(); ++i) {
    EXPECT_LT(targets[i - 1].target, targets[i].target) << "best first, each once";
  }
}

}  // namespace
}  // namespace samebits::test
