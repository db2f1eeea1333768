// SPDX-License-Identifier: Apache-2.0
//
// A call whose operands lie where a test wants them: off the cache line, with gaps between rows,
// on top of each other. Everything around them is poison that must not be read into a result, and
// a canary that must not be written.
#pragma once

#include <cstdint>

#include "tests/support.hpp"

namespace samebits::test {

/// Which output shares its memory with which input.
enum class InPlace {
  no,
  y_on_x,
  y_on_residual,
  h_on_x,
  h_on_residual,
  y_on_x_h_on_residual,
  y_on_residual_h_on_x,
};

inline constexpr InPlace kEveryInPlace[] = {InPlace::no,
                                            InPlace::y_on_x,
                                            InPlace::y_on_residual,
                                            InPlace::h_on_x,
                                            InPlace::h_on_residual,
                                            InPlace::y_on_x_h_on_residual,
                                            InPlace::y_on_residual_h_on_x};

/// Of one operand, in elements: the distance of its first one from a cache line's beginning, and of
/// the end of a row from the next. An output in place has its input's.
struct Place {
  std::int64_t offset = 0;
  std::int64_t gap = 0;
};

struct Layout {
  Place x{}, residual{}, y{}, h{};
  std::int64_t weight_offset = 0;
  InPlace in_place = InPlace::no;
};

/// The library's answer for operands laid out so. Fails the current test if a byte changed that
/// belongs to no output.
Answer run_placed(const Problem& problem, const Layout& layout);

}  // namespace samebits::test
