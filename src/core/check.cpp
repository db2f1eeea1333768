// SPDX-License-Identifier: Apache-2.0
#include "core/check.hpp"

#include <algorithm>
#include <string>

#include "core/thread_pool.hpp"

namespace samebits::core {
namespace {

// The exact sum has room for so many elements (numeric/wide_sum.hpp).
constexpr std::int64_t kMaxColumns = (std::int64_t{1} << 46) - 1;

std::string text(const ConstMatrix& m) {
  return fmt::format("{}x{} {}", m.rows, m.columns, name_of(m.dtype));
}

/// A view ends where addresses do, and no pointer difference within it may overflow. Sums of
/// addresses are formed freely after this.
void check_fits_address_space(std::string_view name, const ConstMatrix& m) {
  const std::int64_t gaps = std::max<std::int64_t>(m.rows - 1, 0);
  const std::int64_t stride = gaps > 0 ? m.row_stride : 0;
  std::int64_t elements = 0;
  std::int64_t bytes = 0;
  std::uintptr_t end = 0;
  if (!__builtin_mul_overflow(gaps, stride, &elements) &&
      !__builtin_add_overflow(elements, m.columns, &elements) &&
      !__builtin_mul_overflow(elements, static_cast<std::int64_t>(size_of(m.dtype)), &bytes) &&
      !__builtin_add_overflow(reinterpret_cast<std::uintptr_t>(m.data), bytes, &end)) {
    return;
  }
  refuse("{} is {} with a row stride of {} elements, which is more than memory has addresses for",
         name, text(m), m.row_stride);
}

}  // namespace

void check_matrix(std::string_view name, const ConstMatrix& m) {
  check_enumerator("dtype", m.dtype, DType::bfloat16);
  if (m.rows < 0 || m.columns < 0) refuse("{} has a negative shape, {}", name, text(m));
  if (m.columns == 0) {
    refuse("{} has shape {}; the mean of zero columns is undefined, at least 1 is expected", name,
           text(m));
  }
  if (m.columns > kMaxColumns) refuse("{} has {} columns, 2^46 or more", name, m.columns);
  if (m.rows > 1 && m.row_stride < m.columns) {
    refuse("{} has a row stride of {} elements, less than its {} columns", name, m.row_stride,
           m.columns);
  }
  if (m.rows > 0 && m.data == nullptr)
    refuse("{} has shape {} but its data is null", name, text(m));
  check_fits_address_space(name, m);
}

void check_like_x(std::string_view name, const ConstMatrix& m, const ConstMatrix& x) {
  check_matrix(name, m);
  if (m.rows != x.rows || m.columns != x.columns || m.dtype != x.dtype) {
    refuse("{} is {} but x is {}; both must agree", name, text(m), text(x));
  }
}

void check_weight(const ConstVector& weight, const ConstMatrix& x) {
  check_enumerator("weight dtype", weight.dtype, DType::bfloat16);
  if (weight.size != x.columns) {
    refuse("weight has {} elements but x is {}; one for each column is expected", weight.size,
           text(x));
  }
  if (weight.dtype != x.dtype && weight.dtype != DType::float32) {
    refuse("weight is {} but x is {}; expected {}", name_of(weight.dtype), text(x),
           x.dtype == DType::float32 ? "float32" : fmt::format("{} or float32", name_of(x.dtype)));
  }
  check_fits_address_space("weight", as_matrix(weight));
}

namespace {

// ---- overlap -----------------------------------------------------------------------------------

/// The bytes that a view may touch: `rows` pieces of `length`, `stride` apart.
struct Extent {
  std::uintptr_t begin;
  std::uint64_t rows, length, stride;
  std::uintptr_t end() const { return begin + (rows - 1) * stride + length; }
};

Extent extent(const ConstMatrix& m) {
  const auto size = size_of(m.dtype);
  const auto rows = static_cast<std::uint64_t>(m.rows);
  return {reinterpret_cast<std::uintptr_t>(m.data), rows,
          static_cast<std::uint64_t>(m.columns) * size,
          rows > 1 ? static_cast<std::uint64_t>(m.row_stride) * size : 0};
}

bool overlap(const Extent& a, const Extent& b) {
  if (a.end() <= b.begin || b.end() <= a.begin) return false;
  if (a.stride != b.stride || a.stride == 0) return true;
  // Equal strides: interleaved views, such as the query and key parts of one fused buffer, never
  // meet if they keep apart within one period.
  const std::uint64_t period = a.stride;
  const std::uint64_t offset = (b.begin % period + period - a.begin % period) % period;
  return !(offset >= a.length && offset + b.length <= period);
}

bool identical(const ConstMatrix& a, const ConstMatrix& b) {
  return a.data == b.data && (a.rows <= 1 || a.row_stride == b.row_stride);
}

}  // namespace

void check_output_apart(std::string_view output_name, const ConstMatrix& output,
                        std::string_view name, const ConstMatrix& other, SameView same) {
  if (other.data == nullptr || (same == SameView::allowed && identical(output, other))) return;
  if (overlap(extent(output), extent(other))) {
    refuse("{} overlaps {}{}", output_name, name,
           same == SameView::allowed ? "; they must be the same view or lie apart"
                                     : "; they must lie apart");
  }
}

void check_eps(double eps) {
  if (eps == 0.0 || (eps >= 0x1p-100 && eps <= 0x1p100)) return;
  refuse("eps is {}; expected 0 or a value from 2^-100 (7.9e-31) to 2^100 (1.3e30)", eps);
}

void check_threads(int threads) {
  if (threads >= 0 && threads <= kMaxThreads) return;
  refuse("threads is {}; expected 0 (one for each core) to {}", threads, kMaxThreads);
}

}  // namespace samebits::core
