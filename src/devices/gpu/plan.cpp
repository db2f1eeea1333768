// SPDX-License-Identifier: Apache-2.0
#include "devices/gpu/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "core/check.hpp"

namespace samebits::gpu {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

// Indices on the device are 32-bit, and so are the headroom of its sums.
constexpr std::int64_t kMaxIndex = std::int64_t{1} << 31;

[[noreturn]] void unsupported(const std::string& what) {
  throw Error(Status::unsupported, what);
}

void check_size(const Plan& plan) {
  if (plan.columns >= kMaxIndex || plan.rows >= kMaxIndex) {
    unsupported(
        fmt::format("{}x{} has an axis of 2^31 or more, which a GPU's 32-bit indices do not "
                    "hold",
                    plan.rows, plan.columns));
  }
}

void check_schedule(const testing::GpuSchedule& schedule) {
  core::check_enumerator("arithmetic", schedule.arithmetic, testing::Arithmetic::in_integers);
  const std::uint32_t threads = schedule.threads;
  if (threads != 0 && (threads < 8 || threads > kMaxThreads || !std::has_single_bit(threads))) {
    core::refuse("GPU threads is {}; expected a power of two from 8 to {}", threads, kMaxThreads);
  }
  constexpr std::int64_t kMostLoops = std::int64_t{1} << 32;
  if (schedule.loops != 0 && (schedule.loops < 64 || schedule.loops > kMostLoops)) {
    core::refuse("GPU loops is {}; expected a number from 64 to 2^32", schedule.loops);
  }
}

std::uint32_t choose_threads(const Plan& plan, const Limits& limits,
                             const testing::GpuSchedule& schedule) {
  if (schedule.threads != 0) return std::min(schedule.threads, limits.threads);
  // A software device runs a workgroup's threads in turns, a vector register at a time; every
  // barrier is one turn of all of them.
  if (limits.software) return 16;
  const auto wanted = std::bit_ceil(static_cast<std::uint64_t>(ceil_div(plan.vectors, 4)));
  const std::uint32_t most = std::min(kMaxThreads, limits.threads);
  return std::min(most, static_cast<std::uint32_t>(std::max<std::uint64_t>(32, wanted)));
}

// ---- what one invocation may take ---------------------------------------------------------------

std::int64_t iterations_of(const testing::GpuSchedule& schedule) {
  return schedule.loops != 0 ? schedule.loops : kMostIterations;
}

/// The most vectors of a row that one workgroup may take. FUSED needs most iterations for a vector:
/// 5 for the sum (its own, and 4 elements one by one where the device's float32 does not suffice),
/// 5 in each of at most 5 rounds of the exact path, and 9 to normalize: 39. Reductions and the
/// decision of a row take less than 8192 in all. So with one vector a thread for 64 iterations,
/// 39/64 of kMostIterations go to vectors, and the rest is more than 8192.
std::int64_t most_of_workgroup(const Plan& plan, const testing::GpuSchedule& schedule) {
  return plan.common.threads * std::max<std::int64_t>(1, iterations_of(schedule) / 64);
}

/// The same for the sums of the methods in float32, which keep an order and so have parts of a row
/// one after the other; in columns, a multiple of per_vector. They take half the iterations, which
/// leaves enough for lanes, trees and, in a fused call, normalizing.
std::int64_t most_of_part(const Plan& plan, const testing::GpuSchedule& schedule) {
  const std::int64_t iterations = iterations_of(schedule) / 2;
  const std::int64_t threads = plan.common.threads;
  const std::int64_t chunk = plan.common.chunk;
  switch (plan.method) {
    case Method::chunked:
      // As many rounds of a chunk a thread as fit. Longer chunks than that are cut.
      if (const std::int64_t rounds = iterations / (chunk + threads + 2); rounds > 0) {
        return rounds * chunk * threads;
      }
      return iterations;
    case Method::chunked_parallel:  // here of chunks' sums, by one thread
      return iterations;
    case Method::adaptive:
      return iterations * std::min(threads, chunk);
    default:
      return iterations / 5 * threads * plan.per_vector;
  }
}

/// Vectors in a segment; all of a row, where a workgroup does a row.
std::int64_t choose_segment(const Plan& plan, std::int64_t chunk, const Limits& limits) {
  if (plan.method != Method::exact) return plan.vectors;
  constexpr std::int64_t kMostSegments = 4096;
  const std::int64_t least = ceil_div(plan.vectors, kMostSegments);
  // `chunk` means nothing to `exact`, so it is free to be turned: any cut gives the same bits.
  if (chunk > 0) return std::max(least, ceil_div(chunk, plan.per_vector));
  const std::int64_t busy = limits.software ? 16 : 512;  // workgroups
  const std::int64_t shortest = limits.software ? 8192 : 512;
  if (plan.rows * 2 > busy || plan.vectors < 2 * shortest) return plan.vectors;
  const std::int64_t segments = std::min(plan.vectors / shortest, busy / plan.rows);
  return std::max(least, ceil_div(plan.vectors, segments));
}

/// `segment`, or where that is more than one workgroup may take, an even cut into as few as can be.
std::int64_t cut_evenly(std::int64_t vectors, std::int64_t segment, std::int64_t most) {
  if (segment <= most) return segment;
  return ceil_div(vectors, ceil_div(vectors, most));
}

// ---- pieces ------------------------------------------------------------------------------------

void add_piece(Plan& plan, Piece piece) {
  piece.segments = static_cast<std::uint32_t>(ceil_div(piece.vectors, plan.common.segment_vectors));
  plan.pieces.push_back(piece);
}

/// What Parameters::segments_total counts, in the buffers of one piece.
std::uint32_t parts_in(const Plan& plan, const Piece& piece) {
  if (plan.method != Method::chunked_parallel) return piece.segments;
  return (plan.of(piece).columns - 1) / plan.common.chunk + 1;
}

void cut_rows(Plan& plan, std::int64_t most_vectors) {
  const std::int64_t rows_each = std::max<std::int64_t>(1, most_vectors / plan.vectors);
  for (std::int64_t row = 0; row < plan.rows; row += rows_each) {
    add_piece(plan,
              {.row = row, .rows = std::min(rows_each, plan.rows - row), .vectors = plan.vectors});
  }
  plan.common.segments_total = parts_in(plan, plan.pieces.front());
}

void cut_columns(Plan& plan, std::int64_t most_vectors) {
  for (std::int64_t row = 0; row < plan.rows; ++row) {
    std::uint32_t base = 0;
    for (std::int64_t vector = 0; vector < plan.vectors; vector += most_vectors) {
      add_piece(plan, {.row = row,
                       .rows = 1,
                       .vector = vector,
                       .vectors = std::min(most_vectors, plan.vectors - vector),
                       .segment_base = base});
      base += parts_in(plan, plan.pieces.back());
    }
    plan.common.segments_total = base;
  }
}

/// Cuts rows into segments, and what does not fit one buffer into pieces.
void cut(Plan& plan, std::int64_t chunk, const Limits& limits,
         const testing::GpuSchedule& schedule) {
  const std::uint64_t binding =
      schedule.binding != 0 ? std::min(schedule.binding, limits.binding) : limits.binding;
  const auto fitting = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(binding / kVectorBytes) / plan.weight_factor);
  const std::int64_t most = most_of_workgroup(plan, schedule);
  const std::int64_t wanted = choose_segment(plan, chunk, limits);
  const std::int64_t segment =
      std::min(cut_evenly(plan.vectors, wanted, most), std::min(plan.vectors, fitting));
  plan.common.segment_vectors = static_cast<std::uint32_t>(segment);
  // A dispatch has kMaxGroups segments at most.
  const std::int64_t widest = std::min(fitting, kMaxGroups * segment);
  plan.columns_cut = plan.vectors > widest;
  plan.columns_cut ? cut_columns(plan, widest) : cut_rows(plan, fitting);
}

/// The bound of a sum's error, in the unit that sums.glsl says.
std::uint64_t slack(const Plan& plan) {
  if (!plan.in_double) {
    return static_cast<std::uint64_t>(plan.columns) * 2 + 16;
  }
  const std::int64_t threads = plan.common.threads;
  const std::int64_t fours = ceil_div(plan.per_vector, 4);
  const auto reduction = ceil_div(threads, 16) + 16;
  std::int64_t height = ceil_div(plan.common.segment_vectors, threads) * fours + 2 + reduction;
  height += ceil_div(plan.common.segments_total, threads) + reduction;
  return static_cast<std::uint64_t>(height + 2) << 12;
}

void set_chunk(Plan& plan, const core::Call& call) {
  const testing::Options& options = call.options;
  if (plan.method == Method::adaptive) {
    // This choice is the whole point of `adaptive`: a row's bits depend on its neighbours' number.
    plan.common.chunk = static_cast<std::uint32_t>(
        plan.rows < options.adaptive_rows ? options.adaptive_wide : options.adaptive_narrow);
  } else {
    plan.common.chunk =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(call.chunk, 1, plan.columns));
  }
}

/// How `exact` verifies its sums.
void set_verification(Plan& plan, const testing::Options& options) {
  Parameters& p = plan.common;
  if (options.decide_in_integers) p.flags |= kForceExactPath;
  constexpr std::uint64_t kMostSlack = 0x7FFFFFFF;
  const std::uint64_t bound = slack(plan);
  if (bound > kMostSlack) p.flags |= kDistrustSums;
  p.slack = static_cast<std::uint32_t>(std::min(bound, kMostSlack));
}

void set_parts(Plan& plan, const testing::GpuSchedule& schedule) {
  const bool one_segment = !plan.columns_cut && plan.pieces.front().segments == 1;
  if (plan.method == Method::exact) {
    plan.split = !one_segment;
    return;
  }
  plan.part = most_of_part(plan, schedule);
  if (plan.method == Method::chunked_parallel) plan.chunk_part = iterations_of(schedule) / 2;
  plan.split = plan.method == Method::chunked_parallel || !one_segment || plan.columns > plan.part;
}

/// Words that dispatches of methods in float32 leave to the next one, a row.
std::uint64_t carried_words(const Plan& plan) {
  const std::uint64_t threads = plan.common.threads;
  if (plan.method == Method::standard) return threads;
  if (plan.method == Method::adaptive) return plan.common.chunk;
  const std::uint64_t sums = threads + 1;  // `chunked`: a chunk a thread, and all before
  if (plan.method == Method::chunked) return sums;
  const std::uint64_t chunks = plan.common.segments_total;
  const bool chunks_cut = plan.common.chunk > plan.chunk_part;
  return chunks_cut ? 2 * chunks : 1;
}

void lay_out_work(Plan& plan) {
  plan.clear_words = plan.work_words = kRowsAt;
  if (!plan.split) return;
  const auto rows = static_cast<std::uint64_t>(plan.rows);
  const bool exact = plan.method == Method::exact;
  std::uint64_t words = kRowsAt + kRowWords * rows;
  plan.clear_words = words;
  plan.common.carry_at = static_cast<std::uint32_t>(words);
  words += rows * (exact ? 2 * kWideDigits : carried_words(plan));
  if (exact) plan.clear_words = words;
  plan.common.partials_at = static_cast<std::uint32_t>(words);
  if (exact) words += kPartialWords * rows * plan.common.segments_total;
  if (plan.method == Method::chunked_parallel) words += rows * plan.common.segments_total;
  plan.work_words = words;
}

}  // namespace

Parameters Plan::of(const Piece& piece) const {
  Parameters p = common;
  p.rows = static_cast<std::uint32_t>(piece.rows);
  p.vectors = static_cast<std::uint32_t>(piece.vectors);
  p.row_base = static_cast<std::uint32_t>(piece.row);
  p.segment_base = piece.segment_base;
  const std::int64_t first = piece.vector * per_vector;
  p.first_column = static_cast<std::uint32_t>(first);
  p.columns = static_cast<std::uint32_t>(std::min(columns - first, piece.vectors * per_vector));
  return p;
}

Parameters Plan::of_rows() const {
  Parameters p = common;
  p.rows = static_cast<std::uint32_t>(rows);
  return p;
}

Plan make_plan(const core::Call& call, const Limits& limits) {
  const RmsNorm& norm = call.norm;
  const testing::Options& options = call.options;
  const testing::GpuSchedule& schedule = options.gpu;
  check_schedule(schedule);
  Plan plan;
  plan.method = options.method;
  plan.rows = norm.x.rows;
  plan.columns = norm.x.columns;
  const auto size = static_cast<std::int64_t>(size_of(norm.x.dtype));
  plan.per_vector = kVectorBytes / size;
  plan.vectors = ceil_div(plan.columns, plan.per_vector);
  if (norm.weight.data != nullptr) {
    plan.weight_factor = static_cast<std::int64_t>(size_of(norm.weight.dtype)) / size;
  }
  plan.in_double = schedule.arithmetic == testing::Arithmetic::automatic
                       ? limits.has_double
                       : schedule.arithmetic == testing::Arithmetic::in_double;
  check_size(plan);
  plan.common.threads = choose_threads(plan, limits, schedule);
  set_constants(plan.common, call.count, call.eps);
  plan.common.row_columns = static_cast<std::uint32_t>(plan.columns);
  if (plan.method != Method::exact) {
    plan.common.divisor = std::bit_cast<std::uint32_t>(static_cast<float>(call.count));
  }
  set_chunk(plan, call);
  cut(plan, call.chunk, limits, schedule);
  set_parts(plan, schedule);
  if (plan.method == Method::exact) set_verification(plan, options);
  lay_out_work(plan);
  if (plan.work_words * 4 > limits.binding) {
    unsupported(fmt::format("the sums of {}x{} by method '{}' do not fit one buffer of this device",
                            plan.rows, plan.columns, name_of(plan.method)));
  }
  return plan;
}

}  // namespace samebits::gpu
