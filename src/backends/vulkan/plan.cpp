// SPDX-License-Identifier: Apache-2.0
#include "backends/vulkan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace samebits::vulkan {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

// Indices on the device are 32-bit, and so are the headroom of its sums.
constexpr std::int64_t kMaxIndex = std::int64_t{1} << 31;

[[noreturn]] void unsupported(const std::string& what) {
  throw Error(Status::unsupported, "rms_norm: " + what);
}

void check_size(const Plan& plan, const Options& options) {
  if (plan.columns >= kMaxIndex || plan.rows >= kMaxIndex) {
    unsupported(
        fmt::format("{}x{} has an axis of 2^31 or more, which the Vulkan backend does not "
                    "take",
                    plan.rows, plan.columns));
  }
  const bool whole_rows = options.method != Method::exact &&  //
                          options.method != Method::chunked_parallel;
  if (plan.columns_cut && whole_rows) {
    unsupported(
        fmt::format("a row of {} columns does not fit one buffer of this device; method "
                    "'{}' needs that",
                    plan.columns, name_of(options.method)));
  }
}

std::uint32_t choose_threads(const Plan& plan, const Limits& limits, const Knobs& knobs) {
  if (knobs.threads != 0) return std::min(knobs.threads, limits.threads);
  // A software device runs a workgroup's threads in turns, a vector register at a time; every
  // barrier is one turn of all of them.
  if (limits.software) return 16;
  const auto wanted = std::bit_ceil(static_cast<std::uint64_t>(ceil_div(plan.vectors, 4)));
  const std::uint32_t most = std::min(kMaxThreads, limits.threads);
  return std::min(most, static_cast<std::uint32_t>(std::max<std::uint64_t>(32, wanted)));
}

/// Vectors in a segment; all of a row, where a workgroup does a row.
std::int64_t choose_segment(const Plan& plan, const Options& options, const Limits& limits) {
  if (options.method != Method::exact) return plan.vectors;
  constexpr std::int64_t kMostSegments = 4096;
  const std::int64_t least = ceil_div(plan.vectors, kMostSegments);
  // `chunk` means nothing to `exact`, so it is free to be turned: any cut gives the same bits.
  if (options.chunk > 0) return std::max(least, ceil_div(options.chunk, plan.per_vector));
  const std::int64_t busy = limits.software ? 16 : 512;  // workgroups
  const std::int64_t shortest = limits.software ? 8192 : 512;
  if (plan.rows * 2 > busy || plan.vectors < 2 * shortest) return plan.vectors;
  const std::int64_t segments = std::min(plan.vectors / shortest, busy / plan.rows);
  return std::max(least, ceil_div(plan.vectors, segments));
}

void add_piece(Plan& plan, Piece piece, std::int64_t segment) {
  piece.segments = static_cast<std::uint32_t>(ceil_div(piece.vectors, segment));
  plan.pieces.push_back(piece);
}

void cut_rows(Plan& plan, std::int64_t most_vectors, std::int64_t segment) {
  const std::int64_t rows_each = std::max<std::int64_t>(1, most_vectors / plan.vectors);
  for (std::int64_t row = 0; row < plan.rows; row += rows_each) {
    add_piece(plan,
              {.row = row, .rows = std::min(rows_each, plan.rows - row), .vectors = plan.vectors},
              segment);
  }
}

void cut_columns(Plan& plan, std::int64_t most_vectors, std::int64_t segment) {
  for (std::int64_t row = 0; row < plan.rows; ++row) {
    std::uint32_t base = 0;
    for (std::int64_t vector = 0; vector < plan.vectors; vector += most_vectors) {
      add_piece(plan,
                {.row = row,
                 .rows = 1,
                 .vector = vector,
                 .vectors = std::min(most_vectors, plan.vectors - vector),
                 .segment_base = base},
                segment);
      base += plan.pieces.back().segments;
    }
    plan.common.segments_total = base;
  }
}

/// The bound of a sum's error, in the unit that sums.glsl says.
std::uint64_t slack(const Plan& plan) {
  if (plan.arithmetic == Arithmetic::in_integers) {
    return static_cast<std::uint64_t>(plan.columns) * 2 + 16;
  }
  const std::int64_t threads = plan.common.threads;
  const std::int64_t fours = ceil_div(plan.per_vector, 4);
  const auto reduction = ceil_div(threads, 16) + 16;
  std::int64_t height = ceil_div(plan.common.segment_vectors, threads) * fours + 2 + reduction;
  height += ceil_div(plan.common.segments_total, threads) + reduction;
  return static_cast<std::uint64_t>(height + 2) << 12;
}

void set_method(Plan& plan, const Options& options) {
  Parameters& p = plan.common;
  if (options.method == Method::adaptive) {
    // This choice is the whole point of `adaptive`: a row's bits depend on its neighbours' number.
    p.chunk = static_cast<std::uint32_t>(
        plan.rows < options.adaptive_rows ? options.adaptive_wide : options.adaptive_narrow);
  } else {
    p.chunk = static_cast<std::uint32_t>(std::clamp<std::int64_t>(options.chunk, 1, plan.columns));
  }
  if (options.method != Method::exact) return;
  if (options.force_exact_path) p.flags |= kForceExactPath;
  constexpr std::uint64_t kMostSlack = 0x7FFFFFFF;
  const std::uint64_t bound = slack(plan);
  if (bound > kMostSlack) p.flags |= kDistrustSums;
  p.slack = static_cast<std::uint32_t>(std::min(bound, kMostSlack));
}

void lay_out_work(Plan& plan, Method method) {
  std::uint64_t words = kRowsAt;
  const bool has_rows = plan.split || method == Method::chunked_parallel;
  const auto rows = static_cast<std::uint64_t>(plan.rows);
  if (has_rows) words += kRowWords * rows;
  if (plan.split) {
    const std::uint64_t segments = rows * plan.common.segments_total;
    plan.common.partials_at = static_cast<std::uint32_t>(words);
    words += kPartialWords * segments;
    plan.common.wide_at = static_cast<std::uint32_t>(words);
    words += kWideDigits * segments;
  }
  plan.work_words = words;
}

}  // namespace

Parameters Plan::of(const Piece& piece) const {
  Parameters p = common;
  p.rows = static_cast<std::uint32_t>(piece.rows);
  p.vectors = static_cast<std::uint32_t>(piece.vectors);
  p.segments = piece.segments;
  p.row_base = static_cast<std::uint32_t>(piece.row);
  p.segment_base = piece.segment_base;
  const std::int64_t first = piece.vector * per_vector;
  p.columns = static_cast<std::uint32_t>(std::min(columns - first, piece.vectors * per_vector));
  return p;
}

Parameters Plan::of_rows() const {
  Parameters p = common;
  p.rows = static_cast<std::uint32_t>(rows);
  return p;
}

Plan make_plan(const Operands& operands, const Options& options, const Limits& limits,
               const Knobs& knobs) {
  Plan plan;
  plan.rows = operands.x.rows;
  plan.columns = operands.x.columns;
  const auto size = static_cast<std::int64_t>(size_of(operands.x.dtype));
  plan.per_vector = kVectorBytes / size;
  plan.vectors = ceil_div(plan.columns, plan.per_vector);
  if (operands.weight.data != nullptr) {
    plan.weight_factor = static_cast<std::int64_t>(size_of(operands.weight.dtype)) / size;
  }
  plan.arithmetic = knobs.arithmetic.value_or(limits.has_double ? Arithmetic::in_double
                                                                : Arithmetic::in_integers);
  const std::uint64_t binding =
      knobs.binding != 0 ? std::min(knobs.binding, limits.binding) : limits.binding;
  const auto most_vectors = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(binding / kVectorBytes) / plan.weight_factor);
  plan.columns_cut = plan.vectors > most_vectors;
  check_size(plan, options);
  plan.common.threads = choose_threads(plan, limits, knobs);
  const std::int64_t segment =
      std::min(choose_segment(plan, options, limits), std::min(plan.vectors, most_vectors));
  plan.common.segment_vectors = static_cast<std::uint32_t>(segment);
  plan.common.segments_total = static_cast<std::uint32_t>(ceil_div(plan.vectors, segment));
  plan.columns_cut ? cut_columns(plan, most_vectors, segment)
                   : cut_rows(plan, most_vectors, segment);
  plan.split = options.method == Method::exact && plan.common.segments_total > 1;
  set_constants(plan.common, plan.columns, options.eps);
  set_method(plan, options);
  lay_out_work(plan, options.method);
  if (plan.work_words * 4 > limits.binding) {
    unsupported("the sums of so many rows do not fit one buffer of this device");
  }
  return plan;
}

}  // namespace samebits::vulkan
