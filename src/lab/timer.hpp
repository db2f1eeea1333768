// SPDX-License-Identifier: Apache-2.0
//
// Times one method on one device and records its distinct outputs.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "lab/compare.hpp"
#include "lab/problem.hpp"

namespace samebits::lab {

class Timer {
 public:
  /// `outputs` are shared by all timers of a problem, one after the other.
  Timer(const Problem& problem, const testing::Options& options, Outputs& outputs)
      : problem_(problem), options_(options), outputs_(outputs) {}

  const testing::Options& options() const { return options_; }
  const Outputs& first() const { return *first_; }
  const std::vector<double>& times_ms() const { return times_ms_; }
  /// By the device's own clock; empty where it has none, as on the CPU.
  const std::vector<double>& device_times_ms() const { return device_times_ms_; }
  double timed_seconds() const { return timed_seconds_; }
  double loaded_seconds() const { return loaded_seconds_; }
  const Repeatability& repeatability() const { return repeatability_; }

  /// Makes the call ready, and runs it without a clock: first use compiles and wakes threads.
  void warm_up();
  /// One run, timed.
  void run_timed();
  /// One run whose time means nothing, since other threads keep the cores busy.
  void run_loaded();
  /// Milliseconds of whole calls of rms_norm, with the way to the device and back.
  TimeSummary time_whole_calls() const;

 private:
  void remember();

  const Problem& problem_;
  testing::Options options_;
  Outputs& outputs_;
  std::unique_ptr<testing::PreparedCall> call_;
  std::vector<double> times_ms_;
  std::vector<double> device_times_ms_;
  double timed_seconds_ = 0.0;
  double loaded_seconds_ = 0.0;
  std::map<Digest, std::int64_t> seen_;
  std::optional<Outputs> first_;
  Digest first_digest_;
  Repeatability repeatability_;
};

/// Milliseconds that `work` takes.
template <class Work>
double time_ms(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace samebits::lab
