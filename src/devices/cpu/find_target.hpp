// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace samebits::cpu {

/// Searches one of Highway's dispatch tables for the entry of a target. Highway itself can only be
/// told by a global switch which target to use; we pass the target as a value, so that a test may
/// run two of them at once and compare.
template <class T, std::size_t kSize>
const T* find_target(const T* (*const (&table)[kSize])(std::int64_t), std::int64_t target_bit) {
  // Entry 0 of a table with several targets would choose by the global switch.
  for (std::size_t i = kSize > 1 ? 1 : 0; i < kSize; ++i) {
    if (table[i] == nullptr) continue;
    if (const T* found = table[i](target_bit)) return found;
  }
  return nullptr;
}

}  // namespace samebits::cpu
