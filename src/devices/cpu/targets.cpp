// SPDX-License-Identifier: Apache-2.0
#include <hwy/highway.h>
#include <hwy/targets.h>

#include <array>

#include "devices/cpu/kernels.hpp"

namespace samebits::cpu {
namespace {

const Kernels* find_kernels(DType dtype, std::int64_t target_bit) {
  switch (dtype) {
    case DType::float32:
      return kernels_float32(target_bit);
    case DType::float16:
      return kernels_float16(target_bit);
    case DType::bfloat16:
      return kernels_bfloat16(target_bit);
  }
  return nullptr;
}

struct Targets {
  std::array<Target, 16> all;  // no vector: another thread may be in a call when the program ends
  std::size_t count = 0;
};

Targets find_targets() {
  Targets found;
  // Highway numbers targets from best (lowest bit) to the portable one; the portable one is always
  // runnable, though SupportedTargets() names it only where nothing else is.
  const std::int64_t runnable = hwy::SupportedTargets() | HWY_EMU128 | HWY_SCALAR;
  for (int i = 0; i < 63; ++i) {
    const std::int64_t bit = std::int64_t{1} << i;
    if ((runnable & bit) == 0 || kernels_float32(bit) == nullptr) continue;
    if (found.count < found.all.size()) found.all[found.count++] = {hwy::TargetName(bit), bit};
  }
  return found;
}

}  // namespace

std::span<const Target> targets() {
  static const Targets found = find_targets();
  return std::span(found.all).first(found.count);
}

namespace {

// While the library loads; see registry().
[[maybe_unused]] const auto at_load = targets();

}  // namespace

const Kernels& kernels(DType dtype, const Target& target) {
  return *find_kernels(dtype, target.bit);
}

}  // namespace samebits::cpu
