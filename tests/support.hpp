// SPDX-License-Identifier: Apache-2.0
//
// What the tests share: rows as encodings, one call of the library on them, and the oracle's answer
// to the same question. Bits are compared as encodings, never with a tolerance.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "io/array.hpp"
#include "lab/random.hpp"
#include "oracle/oracle.hpp"
#include "samebits/testing.hpp"

// How messages name them.
namespace samebits {
inline std::ostream& operator<<(std::ostream& out, Device device) {
  return out << name_of(device);
}
namespace testing {
inline std::ostream& operator<<(std::ostream& out, Simd simd) {
  return out << name_of(simd);
}
}  // namespace testing
}  // namespace samebits

namespace samebits::test {

/// The seed of this run: SAMEBITS_TEST_SEED, or a fresh one. Printed by the first call.
std::uint64_t seed();

using Encodings = std::vector<std::uint32_t>;

io::Array array_of(DType dtype, std::int64_t rows, std::int64_t columns, const Encodings& bits);
Encodings encodings_of(const io::Array& array);
std::uint32_t encoding_at(const io::Array& array, std::int64_t index);
oracle::Format format_of(DType dtype);

/// Everything that one call needs, owned.
struct Problem {
  io::Array x;
  std::optional<io::Array> weight;
  std::optional<io::Array> residual;
  double eps = 1e-6;
  WeightMode weight_mode = WeightMode::scale;
  ResidualMode residual_mode = ResidualMode::rounded;
  testing::Options options{};

  /// The call, without outputs; its memory is this object's.
  RmsNorm norm() const;
};

struct Answer {
  io::Array y;
  std::optional<io::Array> h;
  testing::RunStats stats;
};

/// The library's answer, in memory that held a pattern before.
Answer run(const Problem& problem);

/// The oracle's answer to the same problem.
Answer oracle_answer(const Problem& problem);

/// Compares two answers to one problem; empty if every bit agrees, else a line that names the first
/// element that differs. Asking the oracle once and comparing often saves most of a test's time.
std::string difference_from(const Problem& problem, const Answer& answer, const Answer& expected);

/// Compares an answer with the oracle's; empty if every bit agrees, else a line that names the
/// first element that differs.
std::string difference_from_oracle(const Problem& problem, const Answer& answer);

/// "" if the encodings agree, else the first place where they do not.
std::string difference(const io::Array& got, const io::Array& expected);

/// A problem with random options, shapes near vector widths, and now and then special values.
Problem random_problem(lab::Random& random);

}  // namespace samebits::test
