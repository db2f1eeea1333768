// SPDX-License-Identifier: Apache-2.0
//
// The generated Metal kernels as functions. Function constants are fixed when a Metal library is
// specialized; here each set of them is a namespace that includes the text once more.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "devices/gpu/parameters.hpp"

namespace samebits::test {

/// Numbered as in interface.glsl.
struct KernelConstants {
  std::uint32_t dtype, weight, weight_is_float32, residual, store_sum;
};

/// What a kernel is bound to: the addresses of buffers 0 to 5, and buffer 6.
struct KernelBuffers {
  std::array<void*, 6> buffers;
  const gpu::Parameters* parameters;
};

struct Kernel {
  int stage;  ///< as gpu::Stage
  KernelConstants constants;
  /// One thread: its workgroup's place in the grid, its own place in the workgroup.
  void (*run)(const KernelBuffers&, const std::uint32_t (&group)[3], std::uint32_t thread);
};

std::vector<Kernel> float32_kernels();
std::vector<Kernel> float16_kernels();
std::vector<Kernel> bfloat16_kernels();

/// Called by the generated text: the value of a function constant.
inline std::uint32_t constant_of(const KernelConstants& c, const std::string& name) {
  if (name == "kDType_tmp") return c.dtype;
  if (name == "kWeight_tmp") return c.weight;
  if (name == "kWeightIsFloat32_tmp") return c.weight_is_float32;
  if (name == "kResidual_tmp") return c.residual;
  if (name == "kStoreSum_tmp") return c.store_sum;
  return 0;  // the method; the size of the workgroup, which Metal is told elsewhere
}

/// Hands a kernel its arguments, whichever it takes, by the names of their members.
class Arguments {
 public:
  Arguments(const KernelBuffers& buffers, const std::uint32_t (&group)[3], std::uint32_t thread)
      : buffers_(buffers), group_(group), thread_(thread) {}

  template <class... P>
  void call(void (*kernel)(P...)) {
    // In braces, because there the order of evaluation is that of the parameters.
    std::apply(kernel, std::tuple<P...>{this->get<P>()...});
  }

 private:
  template <class P>
  P get() {
    using T = std::remove_cvref_t<P>;
    if constexpr (requires(T t) { t.x_data; }) return bound<P>(0);
    if constexpr (requires(T t) { t.residual_data; }) return bound<P>(1);
    if constexpr (requires(T t) { t.weight_data; }) return bound<P>(2);
    if constexpr (requires(T t) { t.y_data; }) return bound<P>(3);
    if constexpr (requires(T t) { t.h_data; }) return bound<P>(4);
    if constexpr (requires(T t) { t.work; }) return bound<P>(5);
    if constexpr (requires(T t) { t.segment_vectors; }) {
      static_assert(sizeof(T) == sizeof(gpu::Parameters));
      return *reinterpret_cast<std::remove_reference_t<P>*>(
          const_cast<gpu::Parameters*>(buffers_.parameters));
    }
    // Two positions: the workgroup's comes first.
    if constexpr (requires(T t) {
                    t.z;
                    t.e;
                  }) {
      return positions_++ == 0 ? T(group_[0], group_[1], group_[2]) : T(thread_, 0u, 0u);
    }
  }

  template <class P>
  P bound(std::size_t index) {
    return *static_cast<std::remove_reference_t<P>*>(buffers_.buffers[index]);
  }

  const KernelBuffers& buffers_;
  const std::uint32_t (&group_)[3];
  std::uint32_t thread_;
  int positions_ = 0;
};

}  // namespace samebits::test
