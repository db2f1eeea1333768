// SPDX-License-Identifier: Apache-2.0
//
// How a call is laid out on a device: which rows and columns lie in which buffers, and how many
// workgroups and dispatches share a row.
#pragma once

#include <cstdint>
#include <vector>

#include "core/call.hpp"
#include "devices/gpu/parameters.hpp"

namespace samebits::gpu {

/// The most iterations that the loops of one invocation take, all loops together and whatever the
/// row. Mesa's software driver stops them after 65535 without a word, and Vulkan forbids no driver
/// to do so; half of that is far from the limit, and long enough that what a dispatch costs does
/// not show.
inline constexpr std::int64_t kMostIterations = 32768;

/// What a plan must know of a device.
struct Limits {
  std::uint64_t binding;  ///< bytes that a shader can reach through one buffer
  std::uint32_t threads;  ///< in a workgroup, at most
  bool software;          ///< few threads do the work of many
  bool has_double;
};

/// Rows and columns that have buffers of their own: all rows' full width, unless there is too much
/// for one buffer.
struct Piece {
  std::int64_t row = 0;
  std::int64_t rows = 0;
  std::int64_t vector = 0;         ///< the first of a row
  std::int64_t vectors = 0;        ///< of a row, 16 bytes each
  std::uint32_t segment_base = 0;  ///< as Parameters::segment_base
  std::uint32_t segments = 1;      ///< workgroups for a row, where several share it
};

struct Plan {
  Method method = Method::exact;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t per_vector = 0;     ///< elements
  std::int64_t vectors = 0;        ///< of a row
  std::int64_t weight_factor = 1;  ///< vectors of weight for one of x
  bool columns_cut = false;        ///< rows too wide for one buffer
  bool split = false;              ///< in stages, several workgroups or dispatches a row
  std::int64_t part = 0;        ///< not `exact`: columns, or chunks' sums, that a dispatch adds up
  std::int64_t chunk_part = 0;  ///< `chunked-parallel`: columns of a chunk in a dispatch
  bool in_double = true;        ///< sums of squares; else in integers
  Parameters common;
  std::vector<Piece> pieces;
  std::uint64_t clear_words = 0;  ///< of the work buffer, which must be 0 when the work begins
  std::uint64_t work_words = 0;

  /// The parameters of one piece.
  Parameters of(const Piece& piece) const;
  /// The parameters of a stage that works on whole rows' partial sums.
  Parameters of_rows() const;
};

/// Throws Error: unsupported for what the device cannot hold, invalid_argument for a GpuSchedule
/// that no device can follow.
Plan make_plan(const core::Call& call, const Limits& limits);

}  // namespace samebits::gpu
