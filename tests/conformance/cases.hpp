// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "lab/conformance.hpp"

namespace samebits::test {

/// An operation's cases of the published set, without their digests.
std::vector<lab::ConformanceCase> conformance_cases(testing::Operation operation);

/// Fills in the digests, from the oracle.
void add_digests(lab::ConformanceCase& c);

}  // namespace samebits::test
