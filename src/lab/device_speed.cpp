// SPDX-License-Identifier: Apache-2.0
#include "lab/device_speed.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/thread_pool.hpp"
#include "lab/copy_speed.hpp"
#include "lab/random.hpp"
#include "lab/statistics.hpp"

namespace samebits::lab {
namespace {

/// Median seconds of a call within about `budget` seconds, after one call to warm up.
template <class Call>
double median_seconds(double budget, const Call& call) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  call();
  std::vector<double> times;
  for (const auto begin = Clock::now(); times.size() < 3 || seconds_since(begin) < budget;) {
    const auto start = Clock::now();
    call();
    times.push_back(seconds_since(start));
  }
  return summarize(times).median;
}

double exact_seconds(const testing::Options& options, const io::Array& x, io::Array& y,
                     double budget) {
  const auto call = testing::prepare({.x = x.matrix(), .y = y.matrix()}, options);
  call->upload();
  return median_seconds(budget, [&] { call->run(); });
}

/// The best copy of x on the device; 0 where it has none of its own.
double copy_seconds(Device device, const io::Array& x, io::Array& y, double budget) {
  if (device == Device{}) {
    ParallelCopy copy(core::available_cores());
    const auto time_of = [&](CopyKind kind) {
      return median_seconds(budget / 2, [&] { copy.run(kind, x.data.bytes(), y.data.bytes()); });
    };
    return std::min(time_of(CopyKind::plain), time_of(CopyKind::streaming));
  }
  try {
    const auto call = testing::prepare_copy(device, static_cast<std::int64_t>(x.data.size()));
    return median_seconds(budget, [&] { call->run(); });
  } catch (const Error&) {
    return 0.0;
  }
}

}  // namespace

DeviceSpeed measure_device(Device device, const testing::GpuSchedule& gpu) {
  constexpr double kBudget = 0.1;
  const io::Array x = random_rows(DType::float32, 2048, 4096, 1);
  io::Array y = io::make_array(DType::float32, x.shape);
  const io::Array row = random_rows(DType::float32, 1, 4096, 1);
  io::Array row_out = io::make_array(DType::float32, row.shape);
  const double gigabytes = 2e-9 * static_cast<double>(x.data.size());
  const testing::Options options{.device = device, .gpu = gpu};
  DeviceSpeed speed;
  const double copy = copy_seconds(device, x, y, kBudget);
  if (copy > 0) speed.copy_gb_per_s = gigabytes / copy;
  speed.exact_gb_per_s = gigabytes / exact_seconds(options, x, y, kBudget);
  speed.exact_small_us = 1e6 * exact_seconds(options, row, row_out, kBudget);
  return speed;
}

}  // namespace samebits::lab
