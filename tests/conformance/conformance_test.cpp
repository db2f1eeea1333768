// SPDX-License-Identifier: Apache-2.0
//
// The published set from both sides: it is what the oracle computes, and the kernels reproduce it.
#include <gtest/gtest.h>

#include "tests/conformance/cases.hpp"

namespace samebits::test {
namespace {

TEST(Conformance, PublishedSetIsTheOracles) {
  auto cases = conformance_cases();
  for (auto& c : cases) add_digests(c);
  EXPECT_EQ(lab::format_cases(lab::published_cases()), lab::format_cases(cases));
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
