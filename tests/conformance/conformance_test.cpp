// SPDX-License-Identifier: Apache-2.0
//
// The published set from both sides: it is what the oracle computes, and the kernels reproduce it.
#include <gtest/gtest.h>

#include "tests/conformance/cases.hpp"

namespace samebits::test {
namespace {

TEST(Conformance, PublishedSetIsTheOracles) {
  for (const testing::Operation operation : testing::operations()) {
    auto cases = conformance_cases(operation);
    for (auto& c : cases) add_digests(c);
    std::vector<lab::ConformanceCase> published;
    for (const auto& c : lab::published_cases()) {
      if (c.operation == operation) published.push_back(c);
    }
    EXPECT_EQ(lab::format_cases(published), lab::format_cases(cases)) << name_of(operation);
  }
}

TEST(Conformance, EveryRunOfTheCpuReproducesIt) {
  for (const auto& run : lab::conformance_runs(Device{}, {})) {
    for (const auto& c : lab::published_cases()) {
      EXPECT_EQ(lab::check(c, run), "") << c.name << " simd=" << name_of(run.simd);
    }
  }
}

TEST(Conformance, AChangedDigestIsNoticed) {
  auto c = lab::published_cases().front();
  c.sha256_y[0] = c.sha256_y[0] == '0' ? '1' : '0';
  EXPECT_NE(lab::check(c, {}), "");
}

}  // namespace
}  // namespace samebits::test
