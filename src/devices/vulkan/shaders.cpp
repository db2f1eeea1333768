// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/shaders.hpp"

#include "vulkan_shaders.inc"  // generated: the arrays norm_<stage>_<double>_<hardware float>

namespace samebits::vulkan {
namespace {

struct Module {
  const std::uint32_t* words;
  std::size_t size;
};

#define SAMEBITS_MODULE(stage, in_double, hardware)            \
  {                                                            \
    norm_##stage##_##in_double##_##hardware,                   \
        sizeof(norm_##stage##_##in_double##_##hardware) /      \
            sizeof(norm_##stage##_##in_double##_##hardware[0]) \
  }
#define SAMEBITS_MODULES(stage)                                                               \
  {                                                                                           \
    SAMEBITS_MODULE(stage, 0, 0), SAMEBITS_MODULE(stage, 0, 1), SAMEBITS_MODULE(stage, 1, 0), \
        SAMEBITS_MODULE(stage, 1, 1)                                                          \
  }

constexpr Module kModules[kStages][4] = {
    SAMEBITS_MODULES(0), SAMEBITS_MODULES(1), SAMEBITS_MODULES(2),
    SAMEBITS_MODULES(3), SAMEBITS_MODULES(4), SAMEBITS_MODULES(5),
    SAMEBITS_MODULES(6), SAMEBITS_MODULES(7), SAMEBITS_MODULES(8)};

}  // namespace

std::span<const std::uint32_t> spirv(Stage stage, ModuleKind kind) {
  const Module& module =
      kModules[static_cast<int>(stage)][kind.in_double * 2 + kind.hardware_float];
  return {module.words, module.size};
}

}  // namespace samebits::vulkan
