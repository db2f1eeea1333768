// SPDX-License-Identifier: Apache-2.0
#include "lab/timer.hpp"

#include <algorithm>

namespace samebits::lab {

namespace {

constexpr int kWarmUps = 2;
constexpr int kWholeCalls = 7;

}  // namespace

void Timer::warm_up() {
  call_ = testing::prepare(problem_.norm(outputs_), options_);
  call_->upload();
  for (int i = 0; i < kWarmUps; ++i) call_->run();
}

void Timer::run_timed() {
  outputs_.spoil();
  times_ms_.push_back(time_ms([&] { call_->run(); }));
  timed_seconds_ += 1e-3 * times_ms_.back();
  if (const double seconds = call_->device_seconds(); seconds >= 0) {
    device_times_ms_.push_back(1e3 * seconds);
  }
  remember();
}

void Timer::run_loaded() {
  outputs_.spoil();
  loaded_seconds_ += 1e-3 * time_ms([&] { call_->run(); });
  ++repeatability_.loaded_runs;
  remember();
}

TimeSummary Timer::time_whole_calls() const {
  std::vector<double> times;
  times.reserve(kWholeCalls);
  for (int i = 0; i < kWholeCalls; ++i) {
    times.push_back(time_ms([&] { problem_.run(options_, outputs_); }));
  }
  return summarize(times);
}

void Timer::remember() {
  call_->fetch();
  const Digest digest = outputs_.digest();
  ++repeatability_.runs;
  ++seen_[digest];
  repeatability_.distinct_outputs = static_cast<std::int64_t>(seen_.size());
  if (!first_) {
    first_ = outputs_;
    first_digest_ = digest;
    return;
  }
  if (digest == first_digest_) return;
  ++repeatability_.differing_runs;
  const Difference found = difference(outputs_.y.dtype, outputs_.y.data.data(),
                                      first_->y.data.data(), outputs_.y.elements());
  repeatability_.differences.merge(found.histogram);
  repeatability_.max_abs_diff = std::max(repeatability_.max_abs_diff, found.max_abs);
}

}  // namespace samebits::lab
