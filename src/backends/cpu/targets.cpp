// SPDX-License-Identifier: Apache-2.0
#include <hwy/highway.h>
#include <hwy/targets.h>

#include <vector>

#include "backends/cpu/kernels.hpp"

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

std::vector<Target> find_targets() {
  std::vector<Target> found;
  // Highway numbers targets from best (lowest bit) to the portable one; the portable one is always
  // runnable, though SupportedTargets() names it only where nothing else is.
  const std::int64_t runnable = hwy::SupportedTargets() | HWY_EMU128 | HWY_SCALAR;
  for (int i = 0; i < 63; ++i) {
    const std::int64_t bit = std::int64_t{1} << i;
    if ((runnable & bit) == 0 || kernels_float32(bit) == nullptr) continue;
    found.push_back({hwy::TargetName(bit), bit});
  }
  return found;
}

}  // namespace

std::span<const Target> targets() {
  static const std::vector<Target> found = find_targets();
  return found;
}

const Kernels& kernels(DType dtype, const Target& target) {
  return *find_kernels(dtype, target.bit);
}

}  // namespace samebits::cpu
