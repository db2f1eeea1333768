// SPDX-License-Identifier: Apache-2.0
//
// The measurement behind `samebits audit`: what can change the bits of an implementation, by how
// much, and on which input.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/audit/axis.hpp"
#include "lab/audit/configuration.hpp"
#include "lab/audit/subject.hpp"
#include "lab/language.hpp"
#include "lab/machine.hpp"
#include "lab/progress.hpp"
#include "lab/ulp.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab::audit {

struct AuditShape {
  std::int64_t rows = 2048;
  std::int64_t columns = 4096;
};

inline constexpr int kDefaultTrials = 100;
inline constexpr int kTogetherTrials = 40;

struct AuditOptions {
  std::vector<Method> methods;       ///< empty: all, unless there are plugins
  std::vector<std::string> devices;  ///< empty: every one that is not software
  std::vector<std::string> plugins;  ///< paths of shared libraries, see samebits/subject.h
  std::string host_program{};        ///< path of samebits, which runs the plugins
  std::vector<Axis> axes;            ///< empty: all
  std::vector<AuditShape> shapes;    ///< empty: 2048 x 4096
  std::vector<DType> dtypes;         ///< empty: float32 and bfloat16
  Terms terms;
  int trials = 0;              ///< of `repeat` and `together`; 0: 100 and 40
  std::uint64_t seed = 1;      ///< the same seed does the same again
  double minutes = 0.0;        ///< so long `together` goes on; 0: `trials` only
  double call_seconds = 10.0;  ///< a plugin's call that takes longer is a hang
  std::string output{};        ///< folder of the evidence; empty: none is written
  std::string command_line{};
  testing::GpuSchedule gpu{};  ///< on every GPU
  /// Further subjects, made anew for each audit.
  std::vector<std::function<std::unique_ptr<Subject>()>> others;
};

enum class CellVerdict { invariant, refuted, not_varied };
std::string_view name_of(CellVerdict verdict);  // "not-varied"

/// Two configurations that give one row other bits.
struct Counterexample {
  Configuration base;
  Configuration varied;
  std::string label;      ///< of the variation
  std::int64_t row = -1;  ///< of the inputs
  bool in_h = false;      ///< y is the same; residual_output is not
  /// That row as it came out: a race may not show again.
  std::vector<std::byte> base_output{};
  std::vector<std::byte> varied_output{};
};

/// The first element in which two outputs of a row differ.
struct FirstDifference {
  std::int64_t row = -1;  ///< of the evidence's input, or of the audit's where there is none
  std::int64_t column = -1;
  std::string output;  ///< "y" or "residual_output"
  std::uint32_t bits_a = 0;
  std::uint32_t bits_b = 0;
  double value_a = 0.0;
  double value_b = 0.0;
  std::uint64_t ulp = 0;
};

/// Two neighbouring numbers of rows with which the same rows get other bits.
struct Switch {
  std::int64_t below = 0;
  std::int64_t from = 0;     ///< below + 1
  std::int64_t columns = 0;  ///< of each row, the first; 0: all

  bool operator==(const Switch&) const = default;
};

/// A subject whose bits are different with every number of rows has too many to find them all.
inline constexpr std::size_t kMostSwitches = 8;

/// One subject, one shape and dtype, one axis.
struct Cell {
  std::string subject;
  std::string device;
  DType dtype = DType::float32;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  Axis axis = Axis::repeat;
  CellVerdict verdict = CellVerdict::not_varied;
  Sentence reason{};  ///< why it was not varied
  std::int64_t variations = 0;
  std::int64_t values = 0;            ///< elements compared
  std::int64_t moved_values = 0;      ///< of those, elements with other bits
  std::int64_t moved_rows = 0;        ///< rows that changed at least once
  std::int64_t distinct_outputs = 0;  ///< most outputs that one row took; 1: all the same
  double max_abs_diff = 0.0;
  std::uint64_t max_ulp_diff = 0;
  UlpHistogram differences{};
  std::int64_t first_moved = 0;         ///< number of the first variation that moved a bit, from 1
  std::vector<std::string> tried{};     ///< labels of variations, in their order
  std::vector<std::string> moved_at{};  ///< of those, the ones that moved bits
  std::vector<std::string> same_at{};
  std::vector<Switch> switches{};  ///< of `batch`, ascending; at most kMostSwitches
  /// The subject moves bits when a call is merely repeated: what moved here need not be the axis's
  /// doing, and what did not is luck.
  bool races = false;
  /// That shows in calls that were made again for this cell, and not in its variations.
  bool contradicted = false;
  std::string state_left{};  ///< what the caller's float environment became; empty: kept
  std::optional<Counterexample> counterexample{};
  FirstDifference first_difference{};  ///< as the evidence has it
  std::string evidence{};              ///< folder, relative to the report's
};

/// A subject that could not be loaded, crashed, hung, wrote out of bounds or returned an error.
struct Failure {
  std::string subject;  ///< its name, or the path of the library
  std::string device;
  Fault fault = Fault::crash;
  std::string message;
  std::string where;  ///< axis and variation; empty: on loading
  int times = 1;
};

struct Speed {
  DType dtype = DType::float32;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  double median_ms = 0.0;
  double copy_share = 0.0;  ///< of the speed of a copy of the same data
};

struct SubjectReport {
  std::string name;
  std::string device;
  std::string summary;
  std::string plugin;
  std::vector<Speed> speeds{};
};

struct AuditReport {
  Machine machine;
  std::vector<SubjectReport> subjects;
  std::vector<Axis> axes;
  std::vector<Cell> cells;
  std::vector<Failure> failures;
  Terms terms;
  std::uint64_t seed = 0;
  int trials = 0;
  double seconds = 0.0;
  std::string command_line;
  std::vector<std::string> unused{};  ///< options that were given and had no effect: "--minutes"
  std::string output{};               ///< the folder of the evidence
};

/// Throws Error for options that make no sense. What a plugin does wrong is in the report.
AuditReport run_audit(const AuditOptions& options, Progress& progress);

/// The requirement `axes` is met: no cell of those is refuted, none was left unvaried, none is of a
/// subject that does not repeat itself, and there is one. Otherwise what is missing, a line each.
std::vector<std::string> unmet(const AuditReport& report, const std::vector<Axis>& axes);

/// For `batch`: the number of rows from which on the bits are others, where one was found; else -1.
std::int64_t crossing(const Cell& cell);

}  // namespace samebits::lab::audit
