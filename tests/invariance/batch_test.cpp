// SPDX-License-Identifier: Apache-2.0
//
// C11: a row's bits do not depend on the other rows, on their number, or on its place among them.
#include <gtest/gtest.h>

#include <set>

#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kLargestBatch = 2049;

/// Around every power of two: kernels elsewhere change their schedule at such sizes.
std::set<std::int64_t> batch_sizes() {
  std::set<std::int64_t> sizes;
  for (std::int64_t power = 1; power <= 2048; power *= 2) {
    for (const std::int64_t size : {power - 1, power, power + 1}) {
      if (size > 0) sizes.insert(size);
    }
  }
  return sizes;
}

/// Each row normalized in a call of its own.
Answer rows_alone(const Problem& p) {
  Problem all = p;
  Answer joined{.y = io::make_array(p.x.dtype, p.x.shape), .h = {}, .stats = {}};
  if (p.residual) joined.h = io::make_array(p.x.dtype, p.x.shape);
  const std::size_t bytes = static_cast<std::size_t>(p.x.columns()) * size_of(p.x.dtype);
  for (std::int64_t row = 0; row < p.x.rows(); ++row) {
    const std::int64_t only[] = {row};
    const Answer one = run(take_rows(p, only));
    const std::size_t at = static_cast<std::size_t>(row) * bytes;
    std::copy_n(one.y.data.data(), bytes, joined.y.data.data() + at);
    if (one.h) std::copy_n(one.h->data.data(), bytes, joined.h->data.data() + at);
  }
  return joined;
}

class Batch : public ::testing::TestWithParam<std::tuple<DType, bool>> {
 protected:
  Batch() : random_(seed()) {
    const auto [dtype, residual] = GetParam();
    problem_ = telling_problem(
        {.dtype = dtype, .rows = kLargestBatch, .columns = 97, .residual = residual}, random_);
    alone_ = rows_alone(problem_);
  }

  lab::Random random_;
  Problem problem_;
  Answer alone_;
};

TEST_P(Batch, SizeDoesNotMatter) {
  for (const std::int64_t size : batch_sizes()) {
    const auto rows = indices(size);
    ASSERT_EQ(difference(run(take_rows(problem_, rows)), take_rows(alone_, rows)), "")
        << size << " rows";
  }
}

TEST_P(Batch, OrderAndPlaceDoNotMatter) {
  for (const std::int64_t size : {2, 3, 255, 256, 257, 2049}) {
    auto rows = shuffled_indices(kLargestBatch, random_);
    rows.resize(static_cast<std::size_t>(size));
    ASSERT_EQ(difference(run(take_rows(problem_, rows)), take_rows(alone_, rows)), "")
        << size << " rows";
  }
}

/// The same row many times over: every copy gets the same bits, whatever thread it went to.
TEST_P(Batch, CopiesOfOneRowAgree) {
  for (const std::int64_t row : {0, 1, 2, 3, 4, 8}) {
    const std::vector<std::int64_t> rows(1000, row);
    ASSERT_EQ(difference(run(take_rows(problem_, rows)), take_rows(alone_, rows)), "")
        << "row " << row;
  }
}

std::string batch_name(const ::testing::TestParamInfo<Batch::ParamType>& info) {
  return std::string(name_of(std::get<0>(info.param))) +
         (std::get<1>(info.param) ? "_residual" : "");
}

INSTANTIATE_TEST_SUITE_P(AllDTypes, Batch,
                         ::testing::Combine(::testing::ValuesIn(kAllDTypes), ::testing::Bool()),
                         batch_name);

}  // namespace
}  // namespace samebits::test
