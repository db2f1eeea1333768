// SPDX-License-Identifier: Apache-2.0
//
// Settings for tests and for the curious. None of them may change a bit of `exact`.
#pragma once

#include <cstdint>
#include <optional>

namespace samebits::gpu {

enum class Arithmetic { in_double, in_integers };

/// SAMEBITS_VULKAN_ARITHMETIC: "double" or "integer", how `exact` sums squares; default: double
/// where the device has it.
///
/// SAMEBITS_VULKAN_KNOBS: words with commas between them.
///   soft         float32 products and sums in integers, as for devices that promise no rounding
///   staging      copy through staging buffers even where the host sees the device's memory
///   binding=N    as if the device bound no more than N bytes at once
///   threads=N    threads in a workgroup, a power of two from 8 to 256
///   loops=N      plan for devices that stop the loops of an invocation after N iterations, 64 or
///                more; far above the default (kMostIterations of plan.hpp) some devices do lose
///                work, and a call must notice
///   poison       fill the outputs on the device with a pattern before each run
struct Knobs {
  std::optional<Arithmetic> arithmetic;
  bool soft = false;
  bool staging = false;
  std::uint64_t binding = 0;
  std::uint32_t threads = 0;
  std::int64_t loops = 0;
  bool poison = false;
};

/// What the environment says now. Throws Error for what it cannot understand.
Knobs read_knobs();

}  // namespace samebits::gpu
