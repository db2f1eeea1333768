// SPDX-License-Identifier: Apache-2.0
//
// Prints contract/conformance/cases.json, digests by the oracle.
#include <fmt/format.h>

#include "tests/conformance/cases.hpp"

int main() {
  auto cases = samebits::test::conformance_cases();
  for (auto& c : cases) samebits::test::add_digests(c);
  fmt::print("{}", samebits::lab::format_cases(cases));
}
