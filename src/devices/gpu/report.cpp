// SPDX-License-Identifier: Apache-2.0
#include "devices/gpu/report.hpp"

#include <fmt/format.h>

namespace samebits::gpu {

std::int64_t Report::written() const {
  return static_cast<std::int64_t>(std::uint64_t{words[kWrittenAt + 1]} << 32 | words[kWrittenAt]);
}

void check_complete(const Report& report, const Plan& plan, const std::string& device) {
  const std::int64_t wanted = plan.rows * plan.columns;
  if (report.written() == wanted) return;
  throw Error(
      Status::device_failed,
      fmt::format("{}: the device dropped work without an error: of {}x{} by "
                  "method '{}' it has written {} of {} elements. The result is discarded; "
                  "use another device, such as 'cpu', or another driver",
                  device, plan.rows, plan.columns, name_of(plan.method), report.written(), wanted));
}

}  // namespace samebits::gpu
