// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace samebits::lab {

/// "8x512x4096" as {8, 512, 4096}: at least one length, none negative, nothing else in between.
/// Throws Error.
std::vector<std::int64_t> parse_shape(std::string_view text);

}  // namespace samebits::lab
