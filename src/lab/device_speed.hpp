// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samebits/testing.hpp"

namespace samebits::lab {

/// A quick look at a device, about a third of a second; `samebits compare` measures with care.
struct DeviceSpeed {
  double copy_gb_per_s = 0.0;   ///< the best copy, read and written bytes; 0 if not measured
  double exact_gb_per_s = 0.0;  ///< Method::exact, 2048 x 4096 float32 on the device, likewise
  double exact_small_us = 0.0;  ///< Method::exact, 1 x 4096 float32: submit and wait
};

DeviceSpeed measure_device(Device device, const testing::GpuSchedule& gpu);

}  // namespace samebits::lab
