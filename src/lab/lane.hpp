// SPDX-License-Identifier: Apache-2.0
//
// One method on one device in a compare run: it is called again and again, and remembers.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "lab/compare.hpp"
#include "lab/problem.hpp"

namespace samebits::lab {

class Lane {
 public:
  Lane(const Problem& problem, const Options& options) : problem_(problem), options_(options) {}

  const Options& options() const { return options_; }
  const Outputs& first() const { return *first_; }
  const std::vector<double>& times_ms() const { return times_ms_; }
  const Repeatability& repeatability() const { return repeatability_; }

  /// One run that is forgotten: first use of a device compiles, allocates, wakes threads.
  void warm_up(Outputs& outputs) const { problem_.run(options_, outputs); }
  /// One run into `outputs`, timed.
  void run_timed(Outputs& outputs);
  /// One run whose time means nothing, since other threads keep the cores busy.
  void run_loaded(Outputs& outputs);

 private:
  void remember(const Outputs& outputs);

  const Problem& problem_;
  Options options_;
  std::vector<double> times_ms_;
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
