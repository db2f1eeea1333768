// SPDX-License-Identifier: Apache-2.0
//
// How calls are cut, whatever the shape: no invocation comes near the number of iterations after
// which some drivers end loops. No device is needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "devices/gpu/program.hpp"
#include "devices/gpu/report.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

using gpu::Dispatch;
using gpu::Parameters;
using gpu::Plan;
using gpu::Stage;

/// Half of what llvmpipe lets the loops of an invocation have.
constexpr std::int64_t kNear = 32768;

struct Case {
  std::int64_t rows, columns;
  DType dtype;
  Method method;
  std::int64_t chunk;
  gpu::Limits limits;
  testing::GpuSchedule schedule;
};

Plan plan_of(const Case& c) {
  // Plans look at shapes alone.
  static float element = 0.0f;
  RmsNorm norm;
  norm.x = {&element, c.dtype, c.rows, c.columns, c.columns};
  norm.y = {&element, c.dtype, c.rows, c.columns, c.columns};
  testing::Options options;
  options.method = c.method;
  options.chunk = c.chunk;
  options.adaptive_wide = 4096;
  options.gpu = c.schedule;
  return gpu::make_plan({norm, options, norm.eps, c.columns, options.chunk}, c.limits);
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

/// The iterations of one invocation, at most: loops over the row as the shaders have them, with
/// every vector one that needs integers, and every row one that needs the exact path.
std::int64_t iterations(const Plan& plan, const Dispatch& d) {
  const Parameters& p = d.parameters;
  const std::int64_t threads = p.threads;
  const std::int64_t sum = 1 + 4;                      // a vector
  const std::int64_t normalize = 1 + plan.per_vector;  // a vector
  const std::int64_t reductions = 2 * (threads / 16 + 16);
  const std::int64_t decision = 36 + 64 * 100;  // a row
  const std::int64_t row = ceil_div(p.vectors, threads);
  const std::int64_t segment =
      ceil_div(std::min<std::int64_t>(p.vectors, p.segment_vectors), threads);
  const std::int64_t length = std::int64_t{p.part_end} - p.part_begin;
  const std::int64_t chunk = p.chunk;
  switch (d.stage) {
    case Stage::fused:
      return row * (6 * sum + normalize) + 6 * reductions + decision + 5 * 200;
    case Stage::sum:
      return segment * sum + reductions;
    case Stage::decide:
      return ceil_div(p.segments_total, threads) + reductions + decision;
    case Stage::wide:
      return segment * 5 * sum + 6 * reductions + 5 * 200;
    case Stage::wide_decide:
      return decision + 44 * 24;
    case Stage::scale:
      return segment * normalize + reductions;
    case Stage::chunk_sum:
      return length;
    case Stage::in_float:
    case Stage::float_sum:
      break;
  }
  const bool fused = d.stage == Stage::in_float;
  const std::int64_t columns = fused ? p.columns : length;
  const std::int64_t rest = (fused ? row * normalize : 2 * 512) + reductions;
  switch (plan.method) {
    case Method::standard:
      return ceil_div(ceil_div(columns, plan.per_vector), threads) * sum + rest;
    case Method::chunked: {
      const std::int64_t rounds = columns / (chunk * threads) + 2;
      return rounds * (threads + 2) + std::min(columns, rounds * chunk) + rest;
    }
    case Method::adaptive: {
      const std::int64_t lanes = ceil_div(chunk, threads);
      return lanes * (2 + columns / chunk) + lanes + 24 + rest;
    }
    default:
      return columns + rest;
  }
}

/// How often each column of each row is added up, in the stages that do, and written.
void expect_everything_once(const Plan& plan, const gpu::Program& program) {
  std::int64_t summed = 0, written = 0;
  for (const Dispatch& d : program.sequence) {
    const auto elements = std::int64_t{d.parameters.columns} * d.rows;
    if (d.stage == Stage::fused || d.stage == Stage::in_float || d.stage == Stage::sum) {
      summed += elements;
    }
    if (d.stage == Stage::float_sum && plan.method != Method::chunked_parallel) {
      summed += d.rows * (d.parameters.part_end - d.parameters.part_begin);
    }
    if (d.stage == Stage::fused || d.stage == Stage::in_float || d.stage == Stage::scale) {
      written += elements;
    }
  }
  for (const gpu::Sequence& sequence : program.race) {
    for (const Dispatch& d : sequence) {
      const Parameters& p = d.parameters;
      for (std::uint32_t k = 0; k < d.groups; ++k) {
        const std::int64_t begin = std::int64_t{p.first_chunk + k} * p.chunk;
        const std::int64_t chunk = std::min<std::int64_t>(p.columns - begin, p.chunk);
        const std::int64_t end = std::min<std::int64_t>(chunk, p.part_end);
        summed += std::max<std::int64_t>(0, end - p.part_begin) * p.rows;
      }
    }
  }
  EXPECT_EQ(summed, plan.rows * plan.columns);
  EXPECT_EQ(written, plan.rows * plan.columns);
}

void check(const Case& c) {
  SCOPED_TRACE(::testing::Message() << c.rows << "x" << c.columns << " " << name_of(c.dtype) << " "
                                    << name_of(c.method) << " chunk " << c.chunk << " threads "
                                    << c.schedule.threads << " software " << c.limits.software);
  const Plan plan = plan_of(c);
  const gpu::Program program = gpu::program_of(plan);
  std::vector<Dispatch> all = program.sequence;
  for (const auto& sequence : program.race) all.insert(all.end(), sequence.begin(), sequence.end());
  for (const Dispatch& d : all) {
    ASSERT_LE(iterations(plan, d), kNear) << "stage " << static_cast<int>(d.stage);
    ASSERT_GE(d.groups, 1u);
    ASSERT_LE(d.groups, gpu::kMaxGroups);
    ASSERT_LE(d.parameters.part_end, plan.columns);
  }
  expect_everything_once(plan, program);
}

constexpr gpu::Limits kSoftware{
    .binding = 1u << 27, .threads = 256, .software = true, .has_double = true};
constexpr gpu::Limits kHardware{
    .binding = 0xFFFFFFFF, .threads = 256, .software = false, .has_double = true};

TEST(Plan, NoInvocationLoopsTooOften) {
  for (const gpu::Limits& limits : {kSoftware, kHardware}) {
    for (const std::uint32_t threads : {0u, 8u, 256u}) {
      for (const DType dtype : {DType::float32, DType::bfloat16}) {
        for (const std::int64_t rows : {1, 9, 70000}) {
          for (const std::int64_t columns :
               {1L, 37L, 4096L, 32769L, 131073L, 1400000L, 4200001L, 1L << 26}) {
            if (rows * columns > std::int64_t{1} << 28) continue;
            for (const Method method : all_methods()) {
              for (const std::int64_t chunk : {0L, 1L, 64L, 30000L, columns}) {
                if (method != Method::exact && chunk == 0) continue;
                if (method == Method::chunked_parallel && chunk == 1) continue;
                testing::GpuSchedule schedule;
                schedule.threads = threads;
                ASSERT_NO_FATAL_FAILURE(check(
                    {rows, columns, dtype, method, std::min(chunk, columns), limits, schedule}));
              }
            }
          }
        }
      }
    }
  }
}

TEST(Plan, ACutBufferCutsNoMoreThanItMust) {
  testing::GpuSchedule schedule;
  schedule.binding = 4096;
  for (const Method method : all_methods()) {
    for (const std::int64_t columns : {1000L, 1025L, 70001L}) {
      ASSERT_NO_FATAL_FAILURE(check({3, columns, DType::float32, method, 64, kSoftware, schedule}));
    }
  }
}

TEST(Plan, RefusesSchedulesThatNoDeviceCanFollow) {
  using testing::GpuSchedule;
  for (const GpuSchedule& schedule :
       {GpuSchedule{.arithmetic = static_cast<testing::Arithmetic>(3)}, GpuSchedule{.threads = 7},
        GpuSchedule{.threads = 4}, GpuSchedule{.threads = 512}, GpuSchedule{.loops = 63},
        GpuSchedule{.loops = -64}, GpuSchedule{.loops = (std::int64_t{1} << 32) + 1}}) {
    try {
      plan_of({1, 64, DType::float32, Method::exact, 0, kSoftware, schedule});
      ADD_FAILURE() << "threads " << schedule.threads << " loops " << schedule.loops;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::invalid_argument);
    }
  }
}

/// Where a device drops work, whatever it is that it says. (That drivers do is tested where there
/// is one: VulkanLostWork.)
TEST(Plan, AReportOfTooFewElementsIsAnError) {
  const Plan plan = plan_of({3, 1000, DType::float32, Method::exact, 0, kSoftware, {}});
  gpu::Report report;
  report.words[gpu::kWrittenAt] = 3000;
  EXPECT_NO_THROW(gpu::check_complete(report, plan, "device"));
  for (const std::uint32_t written : {0u, 2999u, 3001u}) {
    report.words[gpu::kWrittenAt] = written;
    EXPECT_THROW(gpu::check_complete(report, plan, "device"), Error) << written;
  }
  report.words[gpu::kWrittenAt] = 3000;
  report.words[gpu::kWrittenAt + 1] = 1;
  EXPECT_THROW(gpu::check_complete(report, plan, "device"), Error);
}

}  // namespace
}  // namespace samebits::test
