// SPDX-License-Identifier: Apache-2.0
#include <hwy/highway.h>
#include <hwy/targets.h>

#include <algorithm>
#include <array>

#include "core/check.hpp"
#include "core/named.hpp"
#include "devices/cpu/kernels.hpp"

namespace samebits::cpu {
namespace {

const Kernels* find_kernels(DType dtype, std::int64_t bit) {
  switch (dtype) {
    case DType::float32:
      return kernels_float32(bit);
    case DType::float16:
      return kernels_float16(bit);
    case DType::bfloat16:
      return kernels_bfloat16(bit);
  }
  return nullptr;
}

struct Targets {
  std::array<testing::Simd, 16>
      all;  // no vector: another thread may be in a call when the program ends
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
    if (found.count < found.all.size()) found.all[found.count++] = {bit};
  }
  return found;
}

}  // namespace

std::span<const testing::Simd> targets() {
  static const Targets found = find_targets();
  return std::span(found.all).first(found.count);
}

namespace {

// While the library loads; see registry().
[[maybe_unused]] const auto at_load = targets();

}  // namespace

testing::Simd target_of(testing::Simd wanted) {
  const auto all = targets();
  if (wanted == testing::Simd{}) return all.front();
  if (std::ranges::find(all, wanted) != all.end()) return wanted;
  core::refuse("SIMD target {} is not available on this processor; see simd_targets()",
               wanted.target);
}

const Kernels& kernels(DType dtype, testing::Simd target) {
  return *find_kernels(dtype, target.target);
}

}  // namespace samebits::cpu

namespace samebits::testing {

std::span<const Simd> simd_targets() {
  return cpu::targets();
}

std::string_view name_of(Simd simd) {
  return hwy::TargetName(simd == Simd{} ? cpu::targets().front().target : simd.target);
}

Simd Simd::parse(std::string_view name) {
  if (const auto found = core::find_named(simd_targets(), name)) return *found;
  core::refuse("SIMD target '{}' is not available; this build on this processor has {}", name,
               core::names_of(simd_targets()));
}

}  // namespace samebits::testing
