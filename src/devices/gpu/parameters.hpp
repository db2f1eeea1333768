// SPDX-License-Identifier: Apache-2.0
//
// The other side of shaders/interface.glsl.
#pragma once

#include <cstdint>

namespace samebits::gpu {

/// The push constants, in the order of the shaders' block of the same name; meanings there.
struct Parameters {
  std::uint32_t threads = 0;
  std::uint32_t rows = 0;
  std::uint32_t vectors = 0;
  std::uint32_t segment_vectors = 0;
  std::uint32_t row_base = 0;
  std::uint32_t segment_base = 0;
  std::uint32_t segments_total = 1;
  std::uint32_t row_columns = 0;
  std::uint32_t columns = 0;
  std::uint32_t first_column = 0;
  std::uint32_t chunk = 0;
  std::uint32_t first_chunk = 0;
  std::uint32_t part_begin = 0;
  std::uint32_t part_end = 0;
  std::uint32_t flags = 0;
  std::uint32_t slack = 0;
  std::uint32_t zero_row = 0;
  std::uint32_t root_count = 0;
  std::int32_t root_count_exponent = 0;
  std::uint32_t eps_high = 0;
  std::uint32_t eps_low = 0;
  std::int32_t eps_exponent = 0;
  std::uint32_t eps_words[5] = {};
  std::uint32_t eps_digit = 0;
  std::uint32_t divisor = 0;
  std::uint32_t eps_float = 0;
  std::uint32_t partials_at = 0;
  std::uint32_t carry_at = 0;
};
// Vulkan promises room for 128 bytes.
static_assert(sizeof(Parameters) == 32 * 4);

inline constexpr std::uint32_t kForceExactPath = 1;
inline constexpr std::uint32_t kDistrustSums = 2;

inline constexpr std::uint32_t kVectorBytes = 16;
inline constexpr std::uint32_t kWrittenAt = 2;     ///< in `work`, two words: elements written
inline constexpr std::uint32_t kRowsAt = 4;        ///< first word of the rows' states in `work`
inline constexpr std::uint32_t kRowWords = 4;      ///< a row
inline constexpr std::uint32_t kPartialWords = 8;  ///< a segment of a row
inline constexpr std::uint32_t kWideDigits = 24;   ///< a row, and as many carries
inline constexpr std::uint32_t kMaxThreads = 256;  ///< size of the shaders' shared arrays
inline constexpr std::uint32_t kMaxGroups = 65535;

/// Fills what depends on n, below 2^31, and eps alone.
void set_constants(Parameters& parameters, std::int64_t count, double eps);

}  // namespace samebits::gpu
