// SPDX-License-Identifier: Apache-2.0
//
// What every operation checks of its operands, once, before any device sees them. All of these
// throw Error (invalid_argument) with a message that names the operand and both shapes; the
// operation puts its own name in front.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "samebits/core.hpp"

namespace samebits::core {

template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(Status::invalid_argument, fmt::format(format, std::forward<Args>(args)...));
}

/// Enumerators may hold any integer, by a cast or from C, and are used as indices later.
template <class Enum>
void check_enumerator(std::string_view what, Enum value, Enum last) {
  const int number = static_cast<int>(value);
  if (number < 0 || number > static_cast<int>(last)) refuse("unknown {} {}", what, number);
}

inline ConstMatrix as_matrix(const ConstVector& v) {
  return {v.data, v.dtype, 1, v.size, v.size};
}

void check_matrix(std::string_view name, const ConstMatrix& m);

/// A matrix of x's shape and dtype.
void check_like_x(std::string_view name, const ConstMatrix& m, const ConstMatrix& x);

/// One element for each column of x, of its dtype or float32.
void check_weight(const ConstVector& weight, const ConstMatrix& x);

/// Whether an output may be the very view that an input is.
enum class SameView { allowed, refused };

/// An output and another operand, which may be absent: the same view where that is allowed, or
/// apart.
void check_output_apart(std::string_view output_name, const ConstMatrix& output,
                        std::string_view name, const ConstMatrix& other, SameView same);

void check_eps(double eps);

/// Threads that a call asks for.
void check_threads(int threads);

}  // namespace samebits::core
