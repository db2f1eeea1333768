// SPDX-License-Identifier: Apache-2.0
//
// C7: is the error bound true? Rows on which a sum in double goes wrong by all that its height
// allows: large elements first, and then so many small ones that each is lost when it is added.
// With eps chosen so that the truth and the computed value lie on two sides of a midpoint, a bound
// that is too small by a few percent gives a wrong bit.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <tuple>

#include "tests/support.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kColumns = 131072 + 17;  // long enough to be split over threads
constexpr float kSmall = 0x1.6ap-27f;           // its square is just below 2^-53

/// With as many large elements as a kernel has partial sums, each of them begins with a 1, and its
/// drift is the largest that there can be.
Encodings drifting_row(std::int64_t large) {
  Encodings row(kColumns, std::bit_cast<std::uint32_t>(kSmall));
  std::fill_n(row.begin(), large, std::bit_cast<std::uint32_t>(1.0f));
  return row;
}

/// eps for which the exact 1/sqrt(m) lies below a midpoint M by `part` of what the lost elements
/// amount to: without them, it would lie above.
double telling_eps(std::int64_t large, double part) {
  const Encodings row = drifting_row(large);
  const mpq_class exact = oracle::mean_square(oracle::Format::float32, row, 0.0);
  const mpq_class lost = exact - mpq_class(large, kColumns);
  // A midpoint a little below the root, so that eps is small beside m and therefore fine enough.
  const std::uint32_t root = oracle::inverse_sqrt(exact) - 100;
  const mpq_class midpoint = (oracle::decode(root, oracle::Format::float32) +
                              oracle::decode(root + 1, oracle::Format::float32)) /
                             2;
  const mpq_class eps = 1 / (midpoint * midpoint) - exact + mpq_class(part) * lost;
  return eps.get_d();
}

class Drift : public ::testing::TestWithParam<std::tuple<std::int64_t, double>> {};

TEST_P(Drift, LostElementsAreAccountedFor) {
  const auto [large, part] = GetParam();
  Problem p;
  p.x = array_of(DType::float32, 1, kColumns, drifting_row(large));
  p.eps = telling_eps(large, part);
  p.options.threads = 1;
  const Answer expected = run(p);
  ASSERT_EQ(difference_from_oracle(p, expected), "");
  for (const auto& target : testing::simd_targets()) {
    for (const std::int64_t chunk : {0, 1, 7, 1000}) {
      for (const int threads : {1, 4}) {
        p.options.simd = target;
        p.options.chunk = chunk;
        p.options.threads = threads;
        ASSERT_EQ(difference(run(p).y, expected.y), "")
            << target << ", chunk " << chunk << ", " << threads << " threads";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(LargeElementsAndPart, Drift,
                         ::testing::Combine(::testing::Values<std::int64_t>(1, 8, 16, 32, 64),
                                            ::testing::Values(0.02, 0.5)),
                         [](const auto& p) {
                           return fmt::format("{}_large_{}_percent", std::get<0>(p.param),
                                              100 * std::get<1>(p.param));
                         });

}  // namespace
}  // namespace samebits::test
