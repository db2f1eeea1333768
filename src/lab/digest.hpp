// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

namespace samebits::lab {

/// 128 bits that tell outputs apart: as good as comparing them, at the speed of reading them. Not
/// for adversaries; published hashes are SHA-256.
struct Digest {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  auto operator<=>(const Digest&) const = default;
};

Digest digest(std::span<const std::byte> bytes);

}  // namespace samebits::lab
