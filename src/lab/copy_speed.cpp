// SPDX-License-Identifier: Apache-2.0
#include "lab/copy_speed.hpp"

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace samebits::lab {
namespace {

/// What a thread takes at a time; small enough that a late thread holds nobody up.
constexpr std::size_t kBlock = 256 * 1024;

/// Both addresses are multiples of 64. Plain SSE2, which every x86-64 has: a store that goes to
/// memory waits for memory, whatever its width. Elsewhere the processor decides by itself what to
/// cache.
void stream(std::byte* to, const std::byte* from, std::size_t size) {
  std::size_t i = 0;
#if defined(__SSE2__)
  for (; i + sizeof(__m128i) <= size; i += sizeof(__m128i)) {
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + i),
                     _mm_load_si128(reinterpret_cast<const __m128i*>(from + i)));
  }
  _mm_sfence();
#endif
  std::memcpy(to + i, from + i, size - i);
}

}  // namespace

ParallelCopy::ParallelCopy(int threads) : arena_(threads) {
  if (threads > tbb::info::default_concurrency()) {
    allowance_ = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                       static_cast<std::size_t>(threads));
  }
}

void ParallelCopy::run(CopyKind kind, std::span<const std::byte> from, std::span<std::byte> to) {
  const auto copy_block = [&](std::size_t block) {
    const std::size_t begin = block * kBlock;
    const std::size_t size = std::min(kBlock, from.size() - begin);
    if (kind == CopyKind::streaming) {
      stream(to.data() + begin, from.data() + begin, size);
    } else {
      std::memcpy(to.data() + begin, from.data() + begin, size);
    }
  };
  const std::size_t blocks = (from.size() + kBlock - 1) / kBlock;
  if (blocks == 1) return copy_block(0);
  arena_.execute([&] { tbb::parallel_for(std::size_t{0}, blocks, copy_block); });
}

}  // namespace samebits::lab
