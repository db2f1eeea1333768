// SPDX-License-Identifier: Apache-2.0
//
// prepare(), devices() and the small functions around them.
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
  RunStats stats;
  p.options.stats = &stats;
  const auto call = prepare({.x = as_const(p.x.matrix()), .y = y.matrix()}, p.options);
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
  const auto call = prepare({.x = as_const(view(x.data(), 1, 64)), .y = view(y.data(), 1, 64)});
  call->run();
  const float positive = y[0];
  std::fill(x.begin(), x.end(), -3.0f);
  call->run();
  EXPECT_GT(positive, 0.0f);
  EXPECT_EQ(y[0], -positive);
}

/// Only the operands' memory must outlive the call; a name may be gone by then.
TEST(Prepare, KeepsItsNames) {
  std::vector<float> x(1000), y(1000), expected(1000);
  lab::Random random(seed());
  for (float& v : x) v = random.normal();
  const auto operands = [&](std::vector<float>& out) {
    return Operands{.x = as_const(view(x.data(), 1, 1000)), .y = view(out.data(), 1, 1000)};
  };
  for (const std::string& target : cpu_targets()) {
    rms_norm(operands(expected), {.method = Method::standard, .simd = target});
    std::fill(y.begin(), y.end(), -7.0f);
    auto name = std::make_unique<std::string>(target + std::string(40, ' '));
    Options options{.method = Method::standard};
    options.simd = std::string_view(*name).substr(0, target.size());
    const auto call = prepare(operands(y), options);
    name->assign(40, '#');
    name.reset();
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
      EXPECT_FALSE(info.methods.empty()) << info.name;
      EXPECT_FALSE(info.dtypes.empty()) << info.name;
    } else {
      EXPECT_FALSE(info.reason.empty()) << info.name;
    }
  }
  EXPECT_EQ(all.front().name, "cpu");
  EXPECT_EQ(all.front().status, Status::ok);
  EXPECT_EQ(all.front().methods.size(), all_methods().size());
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
  auto targets = simd_targets();
  ASSERT_FALSE(targets.empty());
  // What every processor has that this program may run on; its name depends on Highway's version.
  EXPECT_EQ(targets.back(), hwy::TargetName(HWY_STATIC_TARGET));
  std::sort(targets.begin(), targets.end());
  EXPECT_EQ(std::adjacent_find(targets.begin(), targets.end()), targets.end());
}

}  // namespace
}  // namespace samebits::test
