// SPDX-License-Identifier: Apache-2.0
//
// What a device must offer. No numerics here: a backend owns the schedule, never the result.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "samebits/samebits.hpp"

namespace samebits::backends {

/// Every function of it, and of the calls that it prepares, runs inside a FloatEnvironment. That
/// covers the thread that calls; threads started need one of their own.
class Backend {
 public:
  virtual ~Backend() = default;

  /// Every device present, named "<backend>:<index>", the only or first one "<backend>" too. Empty
  /// where the backend finds none; `reason` then says what was looked for.
  virtual std::vector<DeviceInfo> devices(std::string& reason) = 0;

  /// Runs one call on device `index`. Operands and options have been checked by the API and there
  /// is at least one row. Throws Error.
  virtual void rms_norm(const Operands& operands, const Options& options, int index) = 0;

  /// The same, made ready to run many times. Where memory is the host's own, as for the CPU, there
  /// is nothing to make ready.
  virtual std::unique_ptr<PreparedCall> prepare(const Operands& operands, const Options& options,
                                                int index);

  /// See samebits::prepare_copy. Unless overridden, throws Status::unsupported.
  virtual std::unique_ptr<PreparedCall> prepare_copy(std::int64_t bytes, int index);
};

/// A line of devices.def.
struct Entry {
  std::string_view name;
  Backend* backend;           ///< null where this build does not hold it
  std::string_view to_build;  ///< then: what would
};

/// In the order of devices.def.
std::span<const Entry> registry();

}  // namespace samebits::backends
