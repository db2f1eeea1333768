// SPDX-License-Identifier: Apache-2.0
//
// One way of asking for the same rows: everything that an audit may turn, as plain data, so that
// it can be written to a file and done again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/array.hpp"
#include "lab/audit/float_state.hpp"
#include "lab/digest.hpp"
#include "lab/random.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab::audit {

/// What is computed; a cell's configurations have it in common.
struct Terms {
  testing::Operation operation{};
  double eps = 1e-6;
  WeightMode weight_mode = WeightMode::scale;
  ResidualMode residual_mode = ResidualMode::rounded;
};

/// The rows that configurations pick from.
struct Inputs {
  io::Array x;
  io::Array weight;
  io::Array residual;
  Terms terms;

  DType dtype() const { return x.dtype; }
  std::int64_t rows() const { return x.rows(); }
  std::int64_t columns() const { return x.columns(); }
  std::size_t row_bytes() const { return static_cast<std::size_t>(columns()) * size_of(dtype()); }
};

/// Rows like hidden states; among them some so small that flushing subnormals shows. In the formats
/// of 16 bits, sensitive rows are chosen: an inverse RMS wrong by one unit in its last place moves
/// an element. Nine in ten random rows would hide it.
Inputs make_inputs(DType dtype, std::int64_t rows, std::int64_t columns, const Terms& terms,
                   std::uint64_t seed);

enum class ResidualUse { none, fused, added_first };

/// Which operands share memory: y with x and residual_output with residual, or the other way round.
enum class InPlace { no, straight, crossed };

struct Configuration {
  std::vector<std::int64_t> rows{};   ///< of the inputs, in the order in which they are given
  std::vector<std::int64_t> calls{};  ///< rows of each call; together all of `rows`
  std::int64_t columns = 0;           ///< so many of the first columns; 0: all
  std::uint64_t column_order = 0;     ///< 0 as they are, 1 reversed, else the seed of a shuffle
  int threads = 0;                    ///< 0: the subject's own choice, as for the next two
  std::int64_t chunk = 0;
  std::string simd{};
  std::string device{};           ///< empty: the subject's
  bool force_exact_path = false;  ///< of Method::exact
  int callers = 1;                ///< so many do the same call at the same time
  int x_offset = 0;               ///< bytes from the start of a cache line; x and residual
  int y_offset = 0;               ///< y and residual_output
  int weight_offset = 0;
  std::int64_t x_padding = 0;  ///< elements between rows; x and residual
  std::int64_t y_padding = 0;
  bool low_end = false;  ///< operands begin right after a guard page instead of ending before one
  InPlace in_place = InPlace::no;
  ResidualUse residual = ResidualUse::none;
  FloatState environment{};
  bool under_load = false;   ///< other threads keep the cores busy
  bool new_thread = false;   ///< each call is made by a thread that has made none before
  bool new_process = false;  ///< the subject starts over first, as if it had just been loaded

  bool operator==(const Configuration&) const = default;
};

/// The same for configurations that ask for the same calls: whatever the load, thread and process,
/// those must give the same bits.
Digest call_digest(const Configuration& configuration);

/// The columns in the order that Configuration::column_order names: element i of a row given to
/// the subject is element order[i] of the inputs'. Empty for 0.
std::vector<std::int64_t> column_permutation(std::uint64_t order, std::int64_t columns);

/// 0, 1, ..., count - 1; and in random order.
std::vector<std::int64_t> row_range(std::int64_t begin, std::int64_t count);
void shuffle(std::vector<std::int64_t>& values, Random& random);

}  // namespace samebits::lab::audit
