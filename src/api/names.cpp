// SPDX-License-Identifier: Apache-2.0
#include "samebits/samebits.hpp"

namespace samebits {

std::string_view name_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return "float32";
    case DType::float16:
      return "float16";
    case DType::bfloat16:
      return "bfloat16";
  }
  return "unknown dtype";
}

std::string_view name_of(WeightMode mode) {
  switch (mode) {
    case WeightMode::none:
      return "none";
    case WeightMode::scale:
      return "scale";
    case WeightMode::cast_first:
      return "cast-first";
    case WeightMode::one_plus:
      return "one-plus";
  }
  return "unknown weight mode";
}

std::string_view name_of(ResidualMode mode) {
  switch (mode) {
    case ResidualMode::rounded:
      return "rounded";
    case ResidualMode::unrounded:
      return "unrounded";
  }
  return "unknown residual mode";
}

std::string_view name_of(Method method) {
  switch (method) {
    case Method::standard:
      return "standard";
    case Method::chunked:
      return "chunked";
    case Method::chunked_parallel:
      return "chunked-parallel";
    case Method::adaptive:
      return "adaptive";
    case Method::exact:
      return "exact";
  }
  return "unknown method";
}

std::size_t size_of(DType dtype) {
  return dtype == DType::float32 ? 4 : 2;
}

std::span<const Method> all_methods() {
  static constexpr Method kMethods[] = {Method::standard, Method::chunked, Method::chunked_parallel,
                                        Method::adaptive, Method::exact};
  return kMethods;
}

}  // namespace samebits
