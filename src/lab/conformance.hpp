// SPDX-License-Identifier: Apache-2.0
//
// The published conformance set: seeded inputs, and the SHA-256 of the outputs that the contract
// gives for them, computed by the oracle. A machine that reproduces every digest keeps the
// contract.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/array.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab {

/// How the elements of a case are drawn from its seed; integer arithmetic only.
enum class Filling {
  normal,     ///< as hidden states: random_rows()
  encodings,  ///< any finite encoding, subnormals and the largest binade included
  special,    ///< normal rows with zeros, infinities and NaNs strewn in; also all-zero rows
  given,      ///< a hard row, stored element by element
};

struct ConformanceCase {
  testing::Operation operation{};
  std::string name{};
  DType dtype = DType::float32;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::optional<DType> weight_dtype{};
  WeightMode weight_mode = WeightMode::none;
  std::optional<ResidualMode> residual_mode{};
  double eps = 1e-6;
  Filling filling = Filling::normal;
  std::uint64_t seed = 0;
  std::vector<std::uint32_t> given{};  ///< with Filling::given: the encodings of x
  std::string sha256_y{};              ///< of the bytes of y, little-endian, row after row
  std::string sha256_h{};              ///< of the residual output; empty without a residual
};

/// The inputs of a case.
struct ConformanceInputs {
  io::Array x;
  std::optional<io::Array> weight;
  std::optional<io::Array> residual;
};
ConformanceInputs expand(const ConformanceCase& c);

/// All files of contract/conformance as this build carries them.
const std::vector<ConformanceCase>& published_cases();

/// One of those files, read and written: the cases of one operation. Throws Error for anything but
/// a well-formed file of this contract.
std::vector<ConformanceCase> parse_cases(const std::string& json);
std::string format_cases(const std::vector<ConformanceCase>& cases);

/// One way to run a case on a device: a SIMD target, or the exact path forced.
struct ConformanceRun {
  Device device{};
  testing::Simd simd{};
  bool decide_in_integers = false;
  testing::GpuSchedule gpu{};
};

/// Every way in which a device can run a case.
std::vector<ConformanceRun> conformance_runs(Device device, const testing::GpuSchedule& gpu);

/// "" if the bits are those published, else what differs, or how the device failed.
std::string check(const ConformanceCase& c, const ConformanceRun& run);

}  // namespace samebits::lab
