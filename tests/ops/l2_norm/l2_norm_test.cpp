// SPDX-License-Identifier: Apache-2.0
//
// l2_norm against the oracle, by every SIMD target, schedule and device; and its entry points.
#include <gtest/gtest.h>

#include "oracle/hard_rows.hpp"
#include "samebits/l2_norm.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

const testing::Operation kL2Norm = testing::Operation::parse("l2_norm");

/// What random_problem() draws, less what this operation does not have.
Problem random_l2_problem(lab::Random& random) {
  Problem p = random_problem(random);
  p.options.operation = kL2Norm;
  p.weight.reset();
  p.residual.reset();
  return p;
}

TEST(L2Norm, RandomProblemsAreTheOracles) {
  lab::Random random(seed());
  for (int i = 0; i < 2000; ++i) {
    const Problem p = random_l2_problem(random);
    ASSERT_EQ(difference_from_oracle(p, run(p)), "") << "problem " << i;
  }
}

/// With eps 0 and a number of columns that is a power of four, a hard row of RMSNorm is one of
/// L2 normalization too: r differs by a power of two.
TEST(L2Norm, HardRowsAreDecidedInIntegers) {
  for (const DType dtype : {DType::float32, DType::float16, DType::bfloat16}) {
    for (const auto side : {oracle::Side::below, oracle::Side::above}) {
      const std::int64_t columns = 256;
      Problem p;
      p.options.operation = kL2Norm;
      p.eps = 0.0;
      p.x = array_of(dtype, 1, columns,
                     oracle::hard_row({.format = format_of(dtype),
                                       .columns = columns,
                                       .seed = seed() % 1000,
                                       .side = side}));
      const Answer expected = oracle_answer(p);
      for (const testing::Simd target : testing::simd_targets()) {
        p.options.simd = target;
        const Answer answer = run(p);
        EXPECT_EQ(difference_from(p, answer, expected), "") << target;
        EXPECT_EQ(answer.stats.ambiguous_rows, 1) << target << " " << name_of(dtype);
      }
    }
  }
}

TEST(L2Norm, EveryDeviceHasTheBitsOfTheCpu) {
  for (const DeviceInfo& device : devices()) {
    if (device.status != Status::ok || device.device == Device{}) continue;
    lab::Random random(seed());
    for (int i = 0; i < 40; ++i) {
      Problem p = random_l2_problem(random);
      p.options.simd = {};
      p.options.gpu.arithmetic =
          i % 2 == 0 ? testing::Arithmetic::automatic : testing::Arithmetic::in_integers;
      p.options.gpu.poison = true;
      const Answer expected = run(p);
      p.options.device = device.device;
      ASSERT_EQ(difference_from(p, run(p), expected), "") << device.name << " problem " << i;
    }
  }
}

TEST(L2Norm, EntryPointsGiveTheSameBits) {
  lab::Random random(seed());
  Problem p;
  p.x = lab::random_rows(DType::bfloat16, 7, 128, random.next());
  p.options.operation = kL2Norm;
  io::Array y = io::make_array(DType::bfloat16, {7, 128});
  l2_norm({.x = p.x.matrix(), .y = y.matrix()});
  EXPECT_EQ(difference(y, run(p).y), "");
  EXPECT_TRUE(supports(L2Norm{.x = p.x.matrix(), .y = y.matrix()}));
}

TEST(L2Norm, ErrorsNameIt) {
  float x[4] = {}, y[4] = {}, w[4] = {};
  const auto message_of = [](const auto& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::invalid_argument);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message_of([&] { l2_norm({.x = view(x, 2, 2), .y = view(y, 1, 2)}); }),
            "l2_norm: y is 1x2 float32 but x is 2x2 float32; both must agree");
  EXPECT_EQ(message_of([&] {
              testing::run({.x = view(x, 2, 2), .weight = view(w, 2), .y = view(y, 2, 2)},
                           {.operation = kL2Norm});
            }),
            "l2_norm: a weight is given; l2_norm has none");
  EXPECT_EQ(supports(L2Norm{.x = view(x, 2, 2), .y = view(y, 1, 2)}).status,
            Status::invalid_argument);
}

}  // namespace
}  // namespace samebits::test
