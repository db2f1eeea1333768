// SPDX-License-Identifier: Apache-2.0
#include "lab/statistics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace samebits::lab {
namespace {

TEST(Percentile, InterpolatesBetweenNeighbours) {
  const std::vector<double> sorted = {1, 2, 3, 4};
  EXPECT_EQ(percentile(sorted, 0), 1.0);
  EXPECT_EQ(percentile(sorted, 50), 2.5);
  EXPECT_EQ(percentile(sorted, 100), 4.0);
  EXPECT_DOUBLE_EQ(percentile(sorted, 10), 1.3);
}

TEST(Percentile, OfOneValueIsThatValue) {
  const std::array<double, 1> one = {7.0};
  for (const double p : {-5.0, 0.0, 33.0, 100.0, 200.0}) EXPECT_EQ(percentile(one, p), 7.0);
}

TEST(Percentile, OfNothingIsNaN) {
  EXPECT_TRUE(std::isnan(percentile({}, 50)));
}

TEST(Summarize, SortsForItself) {
  const std::vector<double> values = {9, 1, 5, 3, 7};
  const TimeSummary summary = summarize(values);
  EXPECT_EQ(summary.runs, 5);
  EXPECT_EQ(summary.mean, 5.0);
  EXPECT_EQ(summary.median, 5.0);
  EXPECT_DOUBLE_EQ(summary.p10, 1.8);
  EXPECT_DOUBLE_EQ(summary.p90, 8.2);
}

TEST(Summarize, NothingHasNoMean) {
  EXPECT_EQ(summarize({}).runs, 0);
  EXPECT_TRUE(std::isnan(summarize({}).mean));
}

}  // namespace
}  // namespace samebits::lab
