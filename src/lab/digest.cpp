// SPDX-License-Identifier: Apache-2.0
#include "lab/digest.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace samebits::lab {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kBlock = kLanes * sizeof(std::uint64_t);
constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;

/// The finalizer of SplitMix64.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

using State = std::array<std::uint64_t, kLanes>;

/// Each lane's step is one-to-one in its word, so a change in one word alone is never lost.
void absorb(State& state, const std::byte* block) {
  std::array<std::uint64_t, kLanes> words;
  std::memcpy(words.data(), block, kBlock);
  for (std::size_t i = 0; i < kLanes; ++i) {
    state[i] = std::rotl(state[i] ^ words[i], 29) * kOdd;
  }
}

}  // namespace

Digest digest(std::span<const std::byte> bytes) {
  State state;
  for (std::size_t i = 0; i < kLanes; ++i) state[i] = mix(kOdd * (i + 1));
  std::size_t at = 0;
  for (; at + kBlock <= bytes.size(); at += kBlock) absorb(state, bytes.data() + at);
  if (at < bytes.size()) {
    std::array<std::byte, kBlock> last{};
    std::memcpy(last.data(), bytes.data() + at, bytes.size() - at);
    absorb(state, last.data());
  }
  Digest result{.low = bytes.size(), .high = ~std::uint64_t{bytes.size()}};
  for (const std::uint64_t lane : state) {
    result.low = mix(result.low ^ lane);
    result.high = mix(result.high + kOdd * lane);
  }
  return result;
}

}  // namespace samebits::lab
