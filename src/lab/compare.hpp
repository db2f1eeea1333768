// SPDX-License-Identifier: Apache-2.0
//
// The measurement behind `samebits compare`: every method on every device on the same rows, how
// fast, how repeatable, how right. It drives the public API like any other user.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/array.hpp"
#include "lab/digest.hpp"
#include "lab/language.hpp"
#include "lab/machine.hpp"
#include "lab/progress.hpp"
#include "lab/statistics.hpp"
#include "lab/ulp.hpp"
#include "lab/verdict.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab {

struct CompareInput {
  Sentence label;  ///< how reports name it; free text
  io::Array x;
  std::optional<io::Array> weight;    ///< x's columns; x's dtype or float32
  std::optional<io::Array> residual;  ///< x's shape and dtype
};

struct CompareOptions {
  std::vector<CompareInput> inputs;  ///< at least one
  std::vector<Method> methods;       ///< empty: all
  std::vector<std::string> devices;  ///< empty: every device there is; else names from devices()
  testing::Operation operation{};
  double eps = 1e-6;
  WeightMode weight_mode = WeightMode::scale;
  ResidualMode residual_mode = ResidualMode::rounded;
  std::int64_t chunk = 64;     ///< of the methods that add in chunks
  int threads = 4;             ///< on the CPU
  int repeats = 0;             ///< timed rounds; 0: at least 40, then until `seconds` is used up
  double seconds = 9.0;        ///< with repeats == 0: time for the rounds of one input; a method
                               ///< that used a third of it is not timed further
  int loaded_repeats = 60;     ///< further runs of each method while other threads keep cores busy
  std::string command_line{};  ///< how to do this again; printed in the report as it is
  testing::GpuSchedule gpu{};  ///< on every GPU
};

/// How `method` is called on `device`.
testing::Options options_for(const CompareOptions& options, Method method, Device device);

/// Runs a method took part in, and what came out.
struct Repeatability {
  int runs = 0;         ///< timed runs and runs under load together
  int loaded_runs = 0;  ///< of those, with other threads keeping every core busy
  std::int64_t distinct_outputs = 0;
  double max_abs_diff = 0.0;  ///< largest |run - first run|; infinity if one of them is not finite
  std::int64_t differing_runs = 0;  ///< runs whose output is not the first run's
  UlpHistogram differences;         ///< their elements against the first run's, equal ones too

  bool deterministic() const { return distinct_outputs == 1; }
};

/// Whether a row's bits depend on the rows around it.
struct BatchInvariance {
  std::vector<std::int64_t> sizes;     ///< the batch sizes tried, ascending
  std::int64_t first_difference = -1;  ///< the first of them that moved a bit; -1: none
  std::int64_t single_rows = 0;        ///< rows tried alone (batch size 1)
};

/// Against Method::exact on the CPU, each row decided in integers.
struct Correctness {
  UlpHistogram errors;
  std::uint64_t max_ulp_error = 0;       ///< kUlpNan: a NaN on one side only
  double correctly_rounded_share = 0.0;  ///< of elements, 0 to 1
};

/// Why there are no figures.
enum class Missing {
  nothing,  ///< there are
  device,   ///< the device is not there: `reason` is that of devices()
  dtype,    ///< the device does not take the dtype
  failed,   ///< the device refused or failed: `reason` is the error
};

/// One method on one device on one input.
struct MethodResult {
  Method method = Method::exact;
  std::string device;
  Missing missing = Missing::nothing;  ///< if anything, only `reason` below means something
  std::string reason{};
  TimeSummary time_ms;
  TimeSummary device_ms{};      ///< the work alone, by the device's own clock; no runs on the CPU
  TimeSummary whole_call_ms{};  ///< with the way to the device and back; no runs on the CPU
  double gb_per_s = 0.0;        ///< bytes moved / median time
  double copy_fraction = 0.0;   ///< gb_per_s / that of the copy on the same device
  double standard_ratio = 0.0;  ///< median time / that of `standard` on the CPU; 0: not measured
  Repeatability repeatability;
  BatchInvariance batches;
  Correctness correctness;
  Tier tier = Tier::slow;
  Recommendation recommendation = Recommendation::not_recommended;

  bool measured() const { return missing == Missing::nothing; }
  bool deterministic() const { return repeatability.deterministic(); }
  bool batch_invariant() const { return deterministic() && batches.first_difference < 0; }
};

/// A copy of x, timed between the methods. On the CPU it is split over the same threads: memcpy, or
/// stores that bypass the cache, whichever has the better median. A GPU copies within its memory.
struct CopyResult {
  std::string device = "cpu";
  TimeSummary time_ms{};
  TimeSummary device_ms{};  ///< by the device's own clock; no runs on the CPU
  bool streaming = false;
  double gb_per_s = 0.0;
};

struct InputResult {
  Sentence label;
  DType dtype = DType::float32;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  bool has_weight = false;
  bool has_residual = false;
  CopyResult copy;                        ///< on the CPU
  std::vector<CopyResult> device_copies;  ///< on each GPU that can tell
  std::vector<MethodResult> results;      ///< by device, then by method, as the options list them
};

/// The copy to hold a device's methods against: its own, or the CPU's where it has none.
const CopyResult& copy_on(const InputResult& input, std::string_view device);

struct CompareReport {
  Machine machine;
  std::vector<DeviceInfo> devices;  ///< all that samebits knows, present or not
  std::vector<InputResult> inputs;
  testing::Operation operation{};
  double eps = 0.0;
  WeightMode weight_mode = WeightMode::scale;
  ResidualMode residual_mode = ResidualMode::rounded;
  std::int64_t chunk = 0;
  int threads = 0;
  double seconds = 0.0;  ///< what the whole measurement took
  std::string command_line;
};

/// Measures. Throws Error (what rms_norm throws for the inputs given; unknown_device for a device
/// name that does not exist). A method that a device cannot run becomes a result that says so.
CompareReport run_compare(const CompareOptions& options, Progress& progress);

}  // namespace samebits::lab
