// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "core/named.hpp"
#include "samebits/baselines.hpp"

namespace samebits {
namespace {

using core::Named;

constexpr Named<DType> kDTypes[] = {
    {DType::float32, "float32"}, {DType::float16, "float16"}, {DType::bfloat16, "bfloat16"}};

constexpr Named<WeightMode> kWeightModes[] = {{WeightMode::scale, "scale"},
                                              {WeightMode::none, "none"},
                                              {WeightMode::cast_first, "cast-first"},
                                              {WeightMode::one_plus, "one-plus"}};

constexpr Named<ResidualMode> kResidualModes[] = {{ResidualMode::rounded, "rounded"},
                                                  {ResidualMode::unrounded, "unrounded"}};

constexpr Named<Method> kMethods[] = {{Method::standard, "standard"},
                                      {Method::chunked, "chunked"},
                                      {Method::chunked_parallel, "chunked-parallel"},
                                      {Method::adaptive, "adaptive"},
                                      {Method::exact, "exact"}};

}  // namespace

std::string_view name_of(DType dtype) {
  return core::name_in<DType>(kDTypes, dtype, "unknown dtype");
}

std::string_view name_of(WeightMode mode) {
  return core::name_in<WeightMode>(kWeightModes, mode, "unknown weight mode");
}

std::string_view name_of(ResidualMode mode) {
  return core::name_in<ResidualMode>(kResidualModes, mode, "unknown residual mode");
}

std::string_view name_of(Method method) {
  return core::name_in<Method>(kMethods, method, "unknown method");
}

std::span<const Method> all_methods() {
  static constexpr auto kAll = [] {
    std::array<Method, std::size(kMethods)> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = kMethods[i].value;
    return all;
  }();
  return kAll;
}

}  // namespace samebits
