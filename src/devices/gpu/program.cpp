// SPDX-License-Identifier: Apache-2.0
#include "devices/gpu/program.hpp"

#include <algorithm>

namespace samebits::gpu {
namespace {

void add_pieces(Sequence& to, const Plan& plan, Stage stage, bool by_segments) {
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    const Piece& piece = plan.pieces[i];
    to.push_back({stage, i, plan.of(piece), by_segments ? piece.segments : 1, piece.rows});
  }
}

void add_rows(Sequence& to, const Plan& plan, Stage stage) {
  to.push_back({stage, 0, plan.of_rows(), 1, plan.rows});
}

// ---- exact -------------------------------------------------------------------------------------

Sequence exact_sequence(const Plan& plan) {
  Sequence all;
  if (!plan.split) {
    add_pieces(all, plan, Stage::fused, false);
    return all;
  }
  add_pieces(all, plan, Stage::sum, true);
  add_rows(all, plan, Stage::decide);
  // These two end at once in every row that is already decided.
  add_pieces(all, plan, Stage::wide, true);
  add_rows(all, plan, Stage::wide_decide);
  add_pieces(all, plan, Stage::scale, true);
  return all;
}

// ---- the methods in float32 --------------------------------------------------------------------

/// Columns [begin, end) of whole rows in parts that begin at multiples of plan.part.
void add_parts(Sequence& to, const Plan& plan, std::size_t piece) {
  const Parameters p = plan.of(plan.pieces[piece]);
  const std::int64_t end = std::int64_t{p.first_column} + p.columns;
  for (std::int64_t at = p.first_column; at < end;) {
    const std::int64_t next = std::min(end, (at / plan.part + 1) * plan.part);
    to.push_back({Stage::float_sum, piece, p, 1, plan.pieces[piece].rows});
    to.back().parameters.part_begin = static_cast<std::uint32_t>(at);
    to.back().parameters.part_end = static_cast<std::uint32_t>(next);
    at = next;
  }
}

Sequence float_sequence(const Plan& plan) {
  Sequence all;
  if (!plan.split) {
    add_pieces(all, plan, Stage::in_float, false);
    return all;
  }
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) add_parts(all, plan, i);
  add_pieces(all, plan, Stage::scale, true);
  return all;
}

// ---- chunked-parallel --------------------------------------------------------------------------

/// `count` chunks of a piece from `first` on, long ones a part after the other.
Sequence chunks_sequence(const Plan& plan, std::size_t piece, std::uint32_t first,
                         std::uint32_t count) {
  Sequence all;
  Parameters p = plan.of(plan.pieces[piece]);
  p.first_chunk = first;
  const std::int64_t longest = std::min(p.chunk, p.columns);
  const std::int64_t groups = (std::int64_t{p.rows} + p.threads - 1) / p.threads;
  for (std::int64_t at = 0; at < longest; at += plan.chunk_part) {
    p.part_begin = static_cast<std::uint32_t>(at);
    p.part_end = static_cast<std::uint32_t>(std::min(longest, at + plan.chunk_part));
    all.push_back({Stage::chunk_sum, piece, p, count, groups});
  }
  return all;
}

std::vector<Sequence> race_of(const Plan& plan) {
  // A submission takes longer than a chunk. Beyond so many, several chunks go together.
  constexpr std::uint32_t kMostTasks = 64;
  std::vector<Sequence> race;
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    const Parameters p = plan.of(plan.pieces[i]);
    const std::uint32_t chunks = (p.columns - 1) / p.chunk + 1;
    const std::uint32_t each = std::min(kMaxGroups, (chunks + kMostTasks - 1) / kMostTasks);
    for (std::uint32_t first = 0; first < chunks; first += each) {
      race.push_back(chunks_sequence(plan, i, first, std::min(each, chunks - first)));
    }
  }
  return race;
}

/// Adds up the chunks' sums of every row, then writes.
Sequence after_race(const Plan& plan) {
  Sequence all;
  const std::int64_t chunks = plan.common.segments_total;
  for (std::int64_t at = 0; at < chunks; at += plan.part) {
    add_rows(all, plan, Stage::float_sum);
    all.back().parameters.part_begin = static_cast<std::uint32_t>(at);
    all.back().parameters.part_end = static_cast<std::uint32_t>(std::min(chunks, at + plan.part));
  }
  add_pieces(all, plan, Stage::scale, true);
  return all;
}

}  // namespace

Program program_of(const Plan& plan) {
  switch (plan.method) {
    case Method::exact:
      return {.race = {}, .sequence = exact_sequence(plan)};
    case Method::chunked_parallel:
      return {.race = race_of(plan), .sequence = after_race(plan)};
    default:
      return {.race = {}, .sequence = float_sequence(plan)};
  }
}

}  // namespace samebits::gpu
