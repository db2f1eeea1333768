// SPDX-License-Identifier: Apache-2.0
#include "api/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/thread_pool.hpp"
#include "devices/cpu/kernels.hpp"

namespace samebits::api {
namespace {

// The exact sum has room for so many elements (numeric/wide_sum.hpp).
constexpr std::int64_t kMaxColumns = (std::int64_t{1} << 46) - 1;
using core::kMaxThreads;

template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(Status::invalid_argument,
              "rms_norm: " + fmt::format(format, std::forward<Args>(args)...));
}

/// Enumerators may hold any integer, by a cast or from C, and are used as indices later.
template <class Enum>
void check_enumerator(std::string_view what, Enum value, Enum last) {
  const int number = static_cast<int>(value);
  if (number < 0 || number > static_cast<int>(last)) fail("unknown {} {}", what, number);
}

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
  fail("{} is {} with a row stride of {} elements, which is more than memory has addresses for",
       name, text(m), m.row_stride);
}

void check_matrix(std::string_view name, const ConstMatrix& m) {
  check_enumerator("dtype", m.dtype, DType::bfloat16);
  if (m.rows < 0 || m.columns < 0) fail("{} has a negative shape, {}", name, text(m));
  if (m.columns == 0) {
    fail("{} has shape {}; the mean of zero columns is undefined, at least 1 is expected", name,
         text(m));
  }
  if (m.columns > kMaxColumns) fail("{} has {} columns, 2^46 or more", name, m.columns);
  if (m.rows > 1 && m.row_stride < m.columns) {
    fail("{} has a row stride of {} elements, less than its {} columns", name, m.row_stride,
         m.columns);
  }
  if (m.rows > 0 && m.data == nullptr) fail("{} has shape {} but its data is null", name, text(m));
  check_fits_address_space(name, m);
}

void check_like_x(std::string_view name, const ConstMatrix& m, const ConstMatrix& x) {
  check_matrix(name, m);
  if (m.rows != x.rows || m.columns != x.columns || m.dtype != x.dtype) {
    fail("{} is {} but x is {}; both must agree", name, text(m), text(x));
  }
}

ConstMatrix as_matrix(const ConstVector& v) {
  return {v.data, v.dtype, 1, v.size, v.size};
}

void check_weight(const ConstVector& weight, const ConstMatrix& x) {
  check_enumerator("weight dtype", weight.dtype, DType::bfloat16);
  if (weight.size != x.columns) {
    fail("weight has {} elements but x is {}; one for each column is expected", weight.size,
         text(x));
  }
  if (weight.dtype != x.dtype && weight.dtype != DType::float32) {
    fail("weight is {} but x is {}; expected {}", name_of(weight.dtype), text(x),
         x.dtype == DType::float32 ? "float32" : fmt::format("{} or float32", name_of(x.dtype)));
  }
  check_fits_address_space("weight", as_matrix(weight));
}

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

void check_output_apart(std::string_view output_name, const ConstMatrix& output,
                        std::string_view name, const ConstMatrix& other, bool may_be_same) {
  if (other.data == nullptr || (may_be_same && identical(output, other))) return;
  if (overlap(extent(output), extent(other))) {
    fail("{} overlaps {}{}", output_name, name,
         may_be_same ? "; they must be the same view or lie apart" : "; they must lie apart");
  }
}

void check_overlap(const Operands& o) {
  const ConstMatrix y = as_const(o.y);
  const ConstMatrix h = as_const(o.residual_output);
  check_output_apart("y", y, "x", o.x, true);
  check_output_apart("y", y, "residual", o.residual, true);
  check_output_apart("y", y, "weight", as_matrix(o.weight), false);
  if (h.data == nullptr) return;
  check_output_apart("residual_output", h, "y", y, false);
  check_output_apart("residual_output", h, "x", o.x, true);
  check_output_apart("residual_output", h, "residual", o.residual, true);
  check_output_apart("residual_output", h, "weight", as_matrix(o.weight), false);
}

// ---- options -----------------------------------------------------------------------------------

void check_eps(double eps) {
  if (eps == 0.0 || (eps >= 0x1p-100 && eps <= 0x1p100)) return;
  fail("eps is {}; expected 0 or a value from 2^-100 (7.9e-31) to 2^100 (1.3e30)", eps);
}

void check_block_width(std::string_view name, std::int64_t width) {
  if (width >= 1 && width <= cpu::kMaxBlockWidth &&
      std::has_single_bit(static_cast<std::uint64_t>(width))) {
    return;
  }
  fail("{} is {}; expected a power of two from 1 to {}", name, width, cpu::kMaxBlockWidth);
}

void check_simd(std::string_view simd) {
  if (simd.empty()) return;
  // Not simd_targets(), which allocates; a call that is right must not.
  for (const auto& target : cpu::targets()) {
    if (target.name == simd) return;
  }
  fail("SIMD target '{}' is not available; this build on this processor has {}", simd,
       fmt::join(simd_targets(), ", "));
}

void check_options(const Options& options) {
  check_enumerator("method", options.method, Method::adaptive);
  check_enumerator("weight mode", options.weight_mode, WeightMode::one_plus);
  check_enumerator("residual mode", options.residual_mode, ResidualMode::unrounded);
  check_eps(options.eps);
  if (options.threads < 0 || options.threads > kMaxThreads) {
    fail("threads is {}; expected 0 (one for each core) to {}", options.threads, kMaxThreads);
  }
  if (options.chunk < 0) fail("chunk is {}; expected a number of columns", options.chunk);
  if (options.method == Method::adaptive) {
    check_block_width("adaptive_wide", options.adaptive_wide);
    check_block_width("adaptive_narrow", options.adaptive_narrow);
  }
  check_simd(options.simd);
}

}  // namespace

void validate(const Operands& o, const Options& options) {
  check_matrix("x", o.x);
  check_like_x("y", as_const(o.y), o.x);
  if (o.weight.data != nullptr) check_weight(o.weight, o.x);
  if (o.residual.data != nullptr) check_like_x("residual", o.residual, o.x);
  if (o.residual_output.data != nullptr) {
    if (o.residual.data == nullptr && o.x.rows > 0) {
      fail("residual_output is given without a residual");
    }
    check_like_x("residual_output", as_const(o.residual_output), o.x);
  }
  if (o.x.rows > 0) check_overlap(o);
  check_options(options);
}

}  // namespace samebits::api
