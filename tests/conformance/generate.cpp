// SPDX-License-Identifier: Apache-2.0
//
// Prints contract/conformance/OPERATION.json, digests by the oracle:  samebits_conformance
// OPERATION
#include <fmt/format.h>

#include <cstdio>

#include "tests/conformance/cases.hpp"

int main(int argc, char** argv) {
  try {
    const char* const name = argc > 1 ? argv[1] : "rms_norm";
    auto cases = samebits::test::conformance_cases(samebits::testing::Operation::parse(name));
    for (auto& c : cases) samebits::test::add_digests(c);
    fmt::print("{}", samebits::lab::format_cases(cases));
  } catch (const samebits::Error& error) {
    fmt::print(stderr, "samebits_conformance: {}\n", error.what());
    return 2;
  }
}
