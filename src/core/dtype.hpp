// SPDX-License-Identifier: Apache-2.0
//
// From a dtype to the C++ type of its elements.
#pragma once

#include <type_traits>
#include <utility>

#include "numeric/formats.hpp"
#include "samebits/core.hpp"

namespace samebits::core {

/// Calls f(std::type_identity<T>) with the type of the elements: float, numeric::Float16 or
/// numeric::BFloat16. The one switch over dtypes: a new format has its line here. The dtype has
/// been checked.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case DType::float16:
      return std::forward<F>(f)(std::type_identity<numeric::Float16>());
    case DType::bfloat16:
      return std::forward<F>(f)(std::type_identity<numeric::BFloat16>());
    default:
      return std::forward<F>(f)(std::type_identity<float>());
  }
}

}  // namespace samebits::core
