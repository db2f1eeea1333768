// SPDX-License-Identifier: Apache-2.0
#include "lab/copy_speed.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "core/thread_pool.hpp"

namespace samebits::lab {
namespace {

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

void ParallelCopy::run(CopyKind kind, std::span<const std::byte> from,
                       std::span<std::byte> to) const {
  constexpr std::int64_t kBlock = 256 * 1024;  // small, so that a late thread holds nobody up
  const auto size = static_cast<std::int64_t>(from.size());
  core::for_blocks({threads_, nullptr}, size, kBlock, [&](std::int64_t begin, std::int64_t end) {
    const auto bytes = static_cast<std::size_t>(end - begin);
    if (kind == CopyKind::streaming) {
      stream(to.data() + begin, from.data() + begin, bytes);
    } else {
      std::memcpy(to.data() + begin, from.data() + begin, bytes);
    }
  });
}

}  // namespace samebits::lab
