// SPDX-License-Identifier: Apache-2.0
#include "ops/baselines/check.hpp"

#include <bit>

#include "core/call.hpp"
#include "core/check.hpp"

namespace samebits::baselines {
namespace {

using core::kMaxBlockWidth;

void check_block_width(std::string_view name, std::int64_t width) {
  if (width >= 1 && width <= kMaxBlockWidth &&
      std::has_single_bit(static_cast<std::uint64_t>(width))) {
    return;
  }
  core::refuse("{} is {}; expected a power of two from 1 to {}", name, width, kMaxBlockWidth);
}

}  // namespace

void check(const testing::Options& options) {
  core::check_enumerator("method", options.method, Method::adaptive);
  if (options.chunk < 0) core::refuse("chunk is {}; expected a number of columns", options.chunk);
  if (options.method != Method::adaptive) return;
  check_block_width("adaptive_wide", options.adaptive_wide);
  check_block_width("adaptive_narrow", options.adaptive_narrow);
}

}  // namespace samebits::baselines
