// SPDX-License-Identifier: Apache-2.0
//
// The row kernels for float32, compiled once for every SIMD target.
#include "devices/cpu/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "devices/cpu/kernels_float32.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first; it includes this file once for each target.
#include <hwy/highway.h>

#include "devices/cpu/kernels-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace samebits::cpu::HWY_NAMESPACE {

static const Kernels* find_kernels(std::int64_t bit) {
  static constexpr Kernels kKernels = make_kernels<float>();
  return bit == HWY_TARGET ? &kKernels : nullptr;
}

}  // namespace samebits::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "devices/cpu/find_target.hpp"

namespace samebits::cpu {

HWY_EXPORT(find_kernels);
const Kernels* kernels_float32(std::int64_t target_bit) {
  return find_target(HWY_DISPATCH_TABLE(find_kernels), target_bit);
}

}  // namespace samebits::cpu
#endif
