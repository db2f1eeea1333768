// SPDX-License-Identifier: Apache-2.0
#include "devices/cpu/job.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace samebits::cpu {
namespace {

int residual_index(const RmsNorm& norm) {
  if (norm.residual.data == nullptr) return static_cast<int>(numeric::ResidualRule::none);
  return static_cast<int>(norm.residual_mode == ResidualMode::rounded
                              ? numeric::ResidualRule::rounded
                              : numeric::ResidualRule::unrounded);
}

int weight_index(const RmsNorm& norm) {
  if (norm.weight.data == nullptr) return static_cast<int>(numeric::WeightRule::none);
  switch (norm.weight_mode) {
    case WeightMode::none:
      return static_cast<int>(numeric::WeightRule::none);
    case WeightMode::scale:
      return static_cast<int>(numeric::WeightRule::scale);
    case WeightMode::cast_first:
      return static_cast<int>(numeric::WeightRule::cast_first);
    case WeightMode::one_plus:
      return static_cast<int>(numeric::WeightRule::one_plus);
  }
  return 0;
}

/// What the system says of the cache nearest to memory, or 0.
std::int64_t find_last_level_cache() {
  std::int64_t largest = 0;
#if defined(__APPLE__)
  std::size_t size = sizeof(largest);
  if (sysctlbyname("hw.perflevel0.l2cachesize", &largest, &size, nullptr, 0) != 0) largest = 0;
#else
  // Not sysconf(_SC_LEVEL3_CACHE_SIZE): on some virtual machines it adds up the caches of the whole
  // host, ten times what a core can reach.
  for (int index = 0; index < 8; ++index) {
    std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) +
                       "/size");
    std::int64_t kilobytes = 0;
    if (file >> kilobytes) largest = std::max(largest, kilobytes * 1024);
  }
#endif
  // Not every system tells; a usual size then.
  return largest > 0 ? largest : std::int64_t{32} << 20;
}

// Not a local static, whose guard could be locked for ever in a child of fork().
constinit std::atomic<std::int64_t> known_cache_bytes = 0;

bool same_place(const Matrix& y, const ConstMatrix& x) {
  return y.data == x.data;
}

}  // namespace

std::int64_t last_level_cache_bytes() {
  std::int64_t bytes = known_cache_bytes.load(std::memory_order_relaxed);
  if (bytes == 0) {
    bytes = find_last_level_cache();
    known_cache_bytes.store(bytes, std::memory_order_relaxed);
  }
  return bytes;
}

void assume_last_level_cache(std::int64_t bytes) {
  known_cache_bytes.store(bytes, std::memory_order_relaxed);
}

Job::Job(const core::Call& call)
    : options(call.options),
      eps(call.eps),
      chunk(call.chunk),
      divisor(call.count),
      kernels(cpu::kernels(call.norm.x.dtype, target_of(call.options.simd))),
      residual_rule(residual_index(call.norm)),
      crew(core::crew_of(call.options.threads, call.options.executor)),
      rows(call.norm.x.rows),
      columns(call.norm.x.columns),
      row_bytes(columns * static_cast<std::int64_t>(size_of(call.norm.x.dtype))),
      streaming(false),
      norm_(call.norm),
      element_size_(static_cast<std::int64_t>(size_of(call.norm.x.dtype))),
      weight_size_(static_cast<std::int64_t>(size_of(call.norm.weight.dtype))) {
  streaming = should_stream();
  const bool float32_weight = norm_.weight.dtype == DType::float32;
  normalize_ = kernels.normalize[residual_rule][weight_index(norm_)][float32_weight][streaming];
}

bool Job::should_stream() const {
  // A plain store first reads the line that it will overwrite. Beyond the cache that is a third of
  // all traffic; within it, or where x was just read from the same place, the line is there anyway.
  const Matrix& y = norm_.y;
  const Matrix& h = norm_.residual_output;
  if (rows * row_bytes <= last_level_cache_bytes()) return false;
  if (same_place(y, norm_.x) || same_place(y, norm_.residual)) return false;
  const auto address = [](const void* p) { return reinterpret_cast<std::uintptr_t>(p); };
  if (address(y.data) % static_cast<std::uintptr_t>(element_size_) != 0) return false;
  if (h.data == nullptr) return true;
  // Kernels align their stores to y, so h must be aligned alike in every row.
  constexpr std::uintptr_t kVectorBytes = 64;
  const auto stride_difference =
      static_cast<std::uintptr_t>((y.row_stride - h.row_stride) * element_size_);
  return !same_place(h, norm_.x) && !same_place(h, norm_.residual) &&
         (address(y.data) - address(h.data)) % kVectorBytes == 0 &&
         stride_difference % kVectorBytes == 0;
}

void Job::normalize(std::int64_t row, float inverse_rms, std::int64_t column,
                    std::int64_t count) const {
  const Matrix& h = norm_.residual_output;
  const void* weight = norm_.weight.data;
  normalize_({.x = x(row, column),
              .residual = residual(row, column),
              .weight = weight != nullptr ? pointer_at(weight, column * weight_size_) : nullptr,
              .y = at(norm_.y, row, column),
              .residual_output = h.data != nullptr ? at(h, row, column) : nullptr,
              .inverse_rms = inverse_rms,
              .columns = count});
}

std::int64_t Job::grain() const {
  constexpr std::int64_t kBlockBytes = 256 * 1024;
  return std::max<std::int64_t>(1, kBlockBytes / row_bytes);
}

}  // namespace samebits::cpu
