// SPDX-License-Identifier: Apache-2.0
//
// What the code for one kind of device must offer. No numerics here: a device owns the schedule,
// never the result.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"

namespace samebits::backends {

/// Every function of it, and of the calls that it prepares, runs inside a FloatEnvironment. That
/// covers the thread that calls; threads started need one of their own.
class DeviceBackend {
 public:
  virtual ~DeviceBackend() = default;

  /// Every device present. Empty where there is none; `reason` then says what was looked for.
  virtual std::vector<DeviceInfo> devices(std::string& reason) = 0;

  /// Throws what run() would, as far as that can be told without doing the work.
  virtual void require(const core::Call& call, int index) = 0;

  /// Runs one call on device `index`. Throws Error.
  virtual void run(const core::Call& call, int index) = 0;

  /// The same, made ready to run many times. Where memory is the host's own, as for the CPU, there
  /// is nothing to make ready.
  virtual std::unique_ptr<testing::PreparedCall> prepare(const core::Call& call, int index);

  /// See testing::prepare_copy. Unless overridden, throws Status::unsupported.
  virtual std::unique_ptr<testing::PreparedCall> prepare_copy(std::int64_t bytes, int index);
};

/// A line of devices.def.
struct Entry {
  Backend kind;
  std::string_view name;
  DeviceBackend* backend;     ///< null where this build does not hold it
  std::string_view to_build;  ///< then: what would
};

inline std::string_view name_of(const Entry& entry) {
  return entry.name;
}

/// In the order of devices.def.
std::span<const Entry> registry();

/// The backend of a device. Throws Error (unknown_device, not_built).
DeviceBackend& backend_of(Device device);

}  // namespace samebits::backends
