// SPDX-License-Identifier: Apache-2.0
//
// What the environment asks of every GPU. The library reads no environment; the program does, for
// people who look into a device.
#pragma once

#include "samebits/testing.hpp"

namespace samebits::cli {

/// SAMEBITS_VULKAN_ARITHMETIC: "double" or "integer", how `exact` sums squares; default: double
/// where the device has it.
///
/// SAMEBITS_VULKAN_KNOBS: words with commas between them, as the fields of testing::GpuSchedule:
/// soft, staging, poison, binding=N, threads=N, loops=N.
///
/// Throws Error (invalid_argument) for what it cannot understand.
testing::GpuSchedule gpu_schedule_from_environment();

}  // namespace samebits::cli
