// SPDX-License-Identifier: Apache-2.0
//
// Names back to values, for the command line and for files.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "core/named.hpp"
#include "io/message.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab {

inline constexpr std::array kDTypes = {DType::float32, DType::float16, DType::bfloat16};
inline constexpr std::array kWeightModes = {WeightMode::none, WeightMode::scale,
                                            WeightMode::cast_first, WeightMode::one_plus};
inline constexpr std::array kResidualModes = {ResidualMode::rounded, ResidualMode::unrounded};

/// The value of `values` whose name_of() is `name`. Throws Error that lists them all.
template <class Values>
auto parse_name(std::string_view what, std::string_view name, const Values& values) {
  if (const auto found = core::find_named(values, name)) return *found;
  throw Error(Status::invalid_argument, fmt::format("{} {} is unknown; expected one of {}", what,
                                                    io::quote(name), core::names_of(values)));
}

inline Method parse_method(std::string_view name) {
  return parse_name("method", name, all_methods());
}

/// Whether testing::Options::chunk changes the bits of the method. To `exact` it is a matter of
/// schedule.
inline bool adds_in_chunks(Method method) {
  return method == Method::chunked || method == Method::chunked_parallel;
}

/// "l2_norm", or "l2" for short.
inline testing::Operation parse_operation(std::string_view name) {
  for (const testing::Operation operation : testing::operations()) {
    if (name_of(operation) == std::string(name) + "_norm") return operation;
  }
  return testing::Operation::parse(name);
}

/// Long names, and the short ones that people type: f32, f16, bf16.
inline DType parse_dtype(std::string_view name) {
  if (name == "f32") return DType::float32;
  if (name == "f16") return DType::float16;
  if (name == "bf16") return DType::bfloat16;
  return parse_name("dtype", name, kDTypes);
}

}  // namespace samebits::lab
