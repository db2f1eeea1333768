// SPDX-License-Identifier: Apache-2.0
//
// What is measured, as data: a case runs several subjects side by side and derives figures.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace samebits::bench {

/// Does the thing to be timed once.
using Work = std::function<void()>;

/// How far a goal may be missed and still count as met.
enum class Goal {
  at_most,  ///< not at all
  near,     ///< by a fifth: for goals that read "near 100 ns"
};

/// One figure of a case. Times are medians over the repetitions.
struct Figure {
  enum class Kind {
    ratio,        ///< time of `subject` / time of `reference`
    nanoseconds,  ///< time of one call of `subject`
    gb_per_s,     ///< `bytes` / time of `subject`, in 1e9 bytes a second
  };
  Kind kind = Kind::ratio;
  std::string subject{};
  std::string reference{};  ///< of a ratio
  std::int64_t bytes = 0;   ///< of a throughput: input read once and output written once
  std::optional<double> goal{};
  Goal goal_kind = Goal::at_most;
};

/// Which clock judges a case.
enum class Clock {
  /// Processor time of the calling thread, for work that stays on it: what other programs do with
  /// the core meanwhile does not count.
  thread,
  wall,  ///< for work on several threads
};

struct Case {
  std::string name{};
  Clock clock = Clock::wall;
  std::vector<std::string> subjects{};
  std::vector<Figure> figures{};
  /// Makes the data, checks what must hold of it, and returns the work of each subject, which keeps
  /// the data alive. Called only if the case runs. Throws if a check fails.
  std::function<std::vector<Work>()> set_up{};
};

/// One line of the table and one object of the JSON file.
struct Row {
  std::string name{};    ///< of the case
  std::string figure{};  ///< "exact / memcpy"
  std::string unit{};    ///< "ratio", "ns", "GB/s", "bytes", "calls"
  double value = 0.0;
  double low = 0.0;   ///< 10th percentile over the repetitions
  double high = 0.0;  ///< 90th
  std::optional<double> goal{};
  Goal goal_kind = Goal::at_most;

  bool met() const { return goal && value <= *goal * (goal_kind == Goal::near ? 1.2 : 1.0); }
};

/// A measurement without a clock.
struct Probe {
  std::string name;
  std::function<std::vector<Row>()> measure;
};

std::vector<Case> required_cases();  // those with goals
std::vector<Case> extra_cases();     // without goals, for whoever wants to know more
std::vector<Probe> memory_probes();  // memory beyond input and output

}  // namespace samebits::bench
