// SPDX-License-Identifier: Apache-2.0
//
// The row kernels for bfloat16, compiled once for every SIMD target.
#include "devices/cpu/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "devices/cpu/kernels_bfloat16.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first; it includes this file once for each target.
#include <hwy/highway.h>

#include "devices/cpu/kernels-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace samebits::cpu::HWY_NAMESPACE {

static const Kernels* find_kernels(std::int64_t bit) {
  static constexpr Kernels kKernels = make_kernels<numeric::BFloat16>();
  return bit == HWY_TARGET ? &kKernels : nullptr;
}

static const Converters* find_converters(std::int64_t bit) {
  static constexpr Converters kConverters = make_converters<numeric::BFloat16>();
  return bit == HWY_TARGET ? &kConverters : nullptr;
}

}  // namespace samebits::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "devices/cpu/find_target.hpp"

namespace samebits::cpu {

HWY_EXPORT(find_kernels);
const Kernels* kernels_bfloat16(std::int64_t target_bit) {
  return find_target(HWY_DISPATCH_TABLE(find_kernels), target_bit);
}

HWY_EXPORT(find_converters);
const Converters* converters_bfloat16(std::int64_t target_bit) {
  return find_target(HWY_DISPATCH_TABLE(find_converters), target_bit);
}

}  // namespace samebits::cpu
#endif
