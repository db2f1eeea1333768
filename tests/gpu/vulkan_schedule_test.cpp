// SPDX-License-Identifier: Apache-2.0
//
// Whatever the schedule, `exact` on the GPU has the CPU's bits; and the other methods work.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "tests/gpu/gpu_support.hpp"
#include "tests/gpu/long_rows.hpp"

namespace samebits::test {
namespace {

std::vector<GpuPath> schedules() {
  using testing::GpuSchedule;
  std::vector<GpuPath> paths;
  for (const GpuPath& path : arithmetic_paths()) {
    if (path.gpu.soft) continue;
    for (GpuSchedule schedule :
         {GpuSchedule{}, GpuSchedule{.threads = 8}, GpuSchedule{.threads = 32, .loops = 64},
          GpuSchedule{.threads = 256}, GpuSchedule{.staging = true}, GpuSchedule{.binding = 64},
          GpuSchedule{.binding = 1024, .threads = 64, .loops = 64},
          GpuSchedule{.staging = true, .binding = 1024, .threads = 16}, GpuSchedule{.loops = 64}}) {
      schedule.arithmetic = path.gpu.arithmetic;
      paths.push_back({path.device, schedule});
    }
  }
  return paths;
}

/// For calls that are not run_on()'s.
testing::Options options_on(const GpuPath& path) {
  testing::Options options{.device = path.device, .gpu = path.gpu};
  options.gpu.poison = true;
  return options;
}

/// Any shape, but one of two specializations: compiling takes a software driver long.
Problem plain_or_full_problem(bool full, lab::Random& random) {
  const DType dtype = full ? DType::bfloat16 : DType::float32;
  const auto rows = static_cast<std::int64_t>(1 + random.below(5));
  const auto columns = static_cast<std::int64_t>(1 + random.below(600));
  Problem p;
  p.x = lab::random_rows(dtype, rows, columns, random.next());
  p.weight = lab::random_weight(DType::float32, columns, random.next());
  if (full) {
    p.residual = lab::random_rows(dtype, rows, columns, random.next());
    p.residual_mode = ResidualMode::unrounded;
    p.weight_mode = WeightMode::one_plus;
  }
  p.options.decide_in_integers = random.below(4) == 0;
  if (random.below(2) == 0) p.options.chunk = static_cast<std::int64_t>(1 + random.below(100));
  return p;
}

TEST(VulkanSchedule, EveryKnobGivesTheBitsOfTheCpu) {
  for (const GpuPath& path : schedules()) {
    lab::Random random(seed());
    for (int i = 0; i < 80; ++i) {
      const Problem problem = plain_or_full_problem(i % 2 != 0, random);
      const Answer expected = run(problem);
      ASSERT_EQ(difference(run_on(path, problem), expected), "") << path.text() << " problem " << i;
    }
  }
}

TEST(VulkanSchedule, LargeProblemsGiveTheBitsOfTheCpu) {
  struct Shape {
    std::int64_t rows, columns;
  };
  for (const GpuPath& path : arithmetic_paths()) {
    for (const Shape shape : {Shape{1, 1000003}, Shape{3, 131072}, Shape{140001, 5},
                              Shape{300, 4096}, Shape{65536, 1}}) {
      for (const DType dtype : {DType::float32, DType::bfloat16}) {
        Problem problem;
        problem.x = lab::random_rows(dtype, shape.rows, shape.columns, seed());
        problem.weight = lab::random_weight(dtype, shape.columns, seed());
        const Answer expected = run(problem);
        ASSERT_EQ(difference(run_on(path, problem), expected), "")
            << path.text() << " " << shape.rows << "x" << shape.columns;
      }
    }
  }
}

/// Rows wider than one buffer may be.
TEST(VulkanSchedule, RowsCutOverBuffers) {
  for (const GpuPath& base : arithmetic_paths()) {
    GpuPath path = base;
    path.gpu.binding = 65536;
    for (const DType dtype : {DType::float32, DType::float16}) {
      Problem problem;
      problem.x = lab::random_rows(dtype, 3, 100001, seed());
      problem.residual = lab::random_rows(dtype, 3, 100001, seed() + 1);
      problem.weight = lab::random_weight(DType::float32, 100001, seed());
      for (const bool force : {false, true}) {
        problem.options.decide_in_integers = force;
        ASSERT_EQ(difference(run_on(path, problem), run(problem)), "") << path.text();
      }
    }
  }
}

TEST(VulkanSchedule, StridedRowsAndInPlace) {
  for (const GpuPath& path : schedules()) {
    constexpr std::int64_t kRows = 9, kColumns = 37, kStride = 45;
    const io::Array source = lab::random_rows(DType::float32, kRows, kStride, seed());
    const auto view_of = [](io::Array& a) {
      return Matrix{a.data.data(), DType::float32, kRows, kColumns, kStride};
    };
    io::Array in_place = source;
    io::Array expected = source;
    rms_norm({.x = view_of(expected), .y = view_of(expected)});
    testing::run({.x = view_of(in_place), .y = view_of(in_place)}, options_on(path));
    // Between the rows nothing may have been written.
    EXPECT_EQ(difference(in_place, expected), "") << path.text();
  }
}

TEST(VulkanSchedule, PreparedCallRunsAgainAndTellsItsTime) {
  lab::Random random(seed());
  for (const GpuPath& path : schedules()) {
    io::Array x = lab::random_rows(DType::float32, 64, 512, seed());
    io::Array y = io::make_array(DType::float32, {64, 512});
    io::Array expected = y;
    testing::RunStats stats;
    testing::Options options = options_on(path);
    options.stats = &stats;
    const auto call = testing::prepare({.x = x.matrix(), .y = y.matrix()}, options);
    for (int round = 0; round < 3; ++round) {
      rms_norm({.x = x.matrix(), .y = expected.matrix()});
      call->upload();
      call->run();
      call->run();
      call->fetch();
      EXPECT_EQ(difference(y, expected), "") << path.text();
      EXPECT_EQ(stats.rows, 64);
      EXPECT_GT(call->device_seconds(), 0.0);
      // Other contents in the same memory.
      const io::Array next = lab::random_rows(DType::float32, 64, 512, random.next());
      std::memcpy(x.data.data(), next.data.data(), x.data.size());
    }
  }
}

TEST(VulkanSchedule, ThreadsOfTheCallerDoNotMeet) {
  for (const DeviceInfo& device : vulkan_devices()) {
    std::vector<std::string> found(4);
    {
      std::vector<std::jthread> callers;
      for (std::size_t t = 0; t < found.size(); ++t) {
        callers.emplace_back([&, t] {
          lab::Random random(seed() + t);
          for (int i = 0; i < 60 && found[t].empty(); ++i) {
            Problem problem = plain_or_full_problem(i % 2 != 0, random);
            const Answer expected = run(problem);
            problem.options.device = device.device;
            found[t] = difference(run(problem), expected);
          }
        });
      }
    }
    for (const std::string& text : found) EXPECT_EQ(text, "");
  }
}

// ---- the methods that keep no promise ----------------------------------------------------------

TEST(VulkanMethods, FloatMethodsComeClose) {
  for (const GpuPath& path : schedules()) {
    for (const Method method :
         {Method::standard, Method::chunked, Method::chunked_parallel, Method::adaptive}) {
      for (const std::int64_t columns : {1, 37, 250, 4096}) {
        Problem problem;
        problem.x = lab::random_rows(DType::float32, 5, columns, seed());
        problem.weight = lab::random_weight(DType::float32, columns, seed());
        const Answer expected = run(problem);
        problem.options.method = method;
        problem.options.adaptive_wide = 4096;
        const Answer answer = run_on(path, problem);
        EXPECT_LT(largest_relative_error(answer.y, expected.y), 1e-5)
            << path.text() << " " << name_of(method) << " " << columns;
      }
    }
  }
}

TEST(VulkanMethods, AllButTheRaceRepeatThemselves) {
  for (const DeviceInfo& device : vulkan_devices()) {
    for (const Method method :
         {Method::standard, Method::chunked, Method::adaptive, Method::exact}) {
      Problem problem;
      problem.x = lab::random_rows(DType::bfloat16, 40, 2049, seed());
      problem.options.method = method;
      problem.options.device = device.device;
      const Answer first = run(problem);
      for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(difference(run(problem), first), "") << name_of(method);
      }
    }
  }
}

}  // namespace
}  // namespace samebits::test
