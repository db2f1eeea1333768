// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace samebits::lab {

/// Elements of the largest shape that is taken.
inline constexpr std::int64_t kMostElements = std::int64_t{1} << 31;

/// "8x512x4096" as {8, 512, 4096}: lengths of 1 or more, at most kMostElements in all, and nothing
/// else. Throws Error.
std::vector<std::int64_t> parse_shape(std::string_view text);

}  // namespace samebits::lab
