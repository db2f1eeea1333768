// SPDX-License-Identifier: Apache-2.0
#include "lab/copy_speed.hpp"

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cstring>

namespace samebits::lab {
namespace {

/// Below this, waking another thread costs more than it saves.
constexpr std::size_t kSmallest = 256 * 1024;

}  // namespace

ParallelCopy::ParallelCopy(int threads) : arena_(threads), threads_(threads) {
  if (threads > tbb::info::default_concurrency()) {
    allowance_ = std::make_unique<tbb::global_control>(
        tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  }
}

void ParallelCopy::run(std::span<const std::byte> from, std::span<std::byte> to) {
  const std::size_t parts =
      std::clamp<std::size_t>(from.size() / kSmallest, 1, static_cast<std::size_t>(threads_));
  const auto copy_part = [&](std::size_t part) {
    const std::size_t begin = from.size() * part / parts;
    const std::size_t end = from.size() * (part + 1) / parts;
    std::memcpy(to.data() + begin, from.data() + begin, end - begin);
  };
  if (parts == 1) return copy_part(0);
  arena_.execute([&] { tbb::parallel_for(std::size_t{0}, parts, copy_part); });
}

}  // namespace samebits::lab
