// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samebits/testing.hpp"

namespace samebits::baselines {

/// Method and sizes. Throws Error (invalid_argument).
void check(const testing::Options& options);

/// Columns a chunk where a method has chunks and the caller named no number.
inline constexpr std::int64_t kDefaultChunk = 64;

inline bool adds_in_chunks(Method method) {
  return method == Method::chunked || method == Method::chunked_parallel;
}

}  // namespace samebits::baselines
