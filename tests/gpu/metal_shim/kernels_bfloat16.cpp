// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu/metal_shim/kernels.hpp"
#include "tests/gpu/metal_shim/metal_stdlib"

namespace samebits::test {
namespace {

#define VARIANT scaled
#define VARIANT_CONSTANTS \
  { 2, 1, 0, 0, 0 }
#define VARIANT_SPLIT 1
#include "tests/gpu/metal_shim/variant.inc"
#define VARIANT scaled_wide
#define VARIANT_CONSTANTS \
  { 2, 1, 1, 1, 1 }
#define VARIANT_SPLIT 0
#include "tests/gpu/metal_shim/variant.inc"
#define VARIANT cast_first
#define VARIANT_CONSTANTS \
  { 2, 2, 0, 2, 1 }
#define VARIANT_SPLIT 0
#include "tests/gpu/metal_shim/variant.inc"
#define VARIANT one_plus
#define VARIANT_CONSTANTS \
  { 2, 3, 1, 0, 0 }
#define VARIANT_SPLIT 0
#include "tests/gpu/metal_shim/variant.inc"

}  // namespace

std::vector<Kernel> bfloat16_kernels() {
  std::vector<Kernel> all;
  scaled::list(all);
  scaled_wide::list(all);
  cast_first::list(all);
  one_plus::list(all);
  return all;
}

}  // namespace samebits::test
