// SPDX-License-Identifier: Apache-2.0
#include "bench/copies.hpp"

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "core/thread_pool.hpp"

namespace samebits::bench {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kLine = 64;
constexpr std::size_t kBlock = std::size_t{256} << 10;

/// The baseline's narrow vectors are no handicap: the processor collects whole lines before it
/// writes them.
void stream(std::byte* to, const std::byte* from, std::size_t bytes) {
  const hn::CappedTag<std::uint8_t, kLine> d;
  const auto* in = reinterpret_cast<const std::uint8_t*>(from);
  auto* out = reinterpret_cast<std::uint8_t*>(to);
  for (std::size_t i = 0; i < bytes; i += hn::Lanes(d)) {
    hn::Stream(hn::LoadU(d, in + i), d, out + i);
  }
  hwy::FlushStream();
}

void copy_bytes(CopyKind kind, std::byte* to, const std::byte* from, std::size_t bytes) {
  switch (kind) {
    case CopyKind::memcpy:
      std::memcpy(to, from, bytes);
      break;
    case CopyKind::memcpy_blocks:
      for (std::size_t at = 0; at < bytes; at += kBlock) {
        std::memcpy(to + at, from + at, std::min(kBlock, bytes - at));
      }
      break;
    case CopyKind::streaming:
      stream(to, from, bytes);
      break;
  }
}

}  // namespace

void Copy::run(std::span<const std::byte> from, std::span<std::byte> to) {
  const auto parts = static_cast<std::size_t>(threads_);
  const std::size_t lines = from.size() / kLine;
  const auto copy_part = [&](std::size_t part) {
    const std::size_t begin = lines * part / parts * kLine;
    const std::size_t end = lines * (part + 1) / parts * kLine;
    copy_bytes(kind_, to.data() + begin, from.data() + begin, end - begin);
  };
  core::for_blocks({threads_, nullptr}, threads_, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) copy_part(static_cast<std::size_t>(part));
  });
}

}  // namespace samebits::bench
