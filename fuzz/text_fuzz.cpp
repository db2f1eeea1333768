// SPDX-License-Identifier: Apache-2.0
//
// The texts that a person types: numbers, shapes, names of methods, dtypes and modes. Each is
// understood, or refused in one printable line; a number or a shape that is understood survives
// being written and read again.
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lab/names.hpp"
#include "lab/number_text.hpp"
#include "lab/shape_text.hpp"

namespace {

using samebits::Error;

template <class Parse>
void expect_one_line_or_success(const Parse& parse) {
  try {
    parse();
  } catch (const Error& error) {
    for (const char c : std::string_view(error.what())) {
      if (c < ' ' || c > '~') std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  expect_one_line_or_success([&] {
    const auto shape = samebits::lab::parse_shape(text);
    if (samebits::lab::parse_shape(fmt::format("{}", fmt::join(shape, "x"))) != shape) std::abort();
  });
  const auto whole = samebits::lab::parse_number<std::int64_t>(text);
  if (whole && samebits::lab::parse_number<std::int64_t>(fmt::format("{}", *whole)) != whole) {
    std::abort();
  }
  const auto real = samebits::lab::parse_double(text);
  if (real && samebits::lab::parse_double(fmt::format("{}", *real)) != real) std::abort();
  expect_one_line_or_success([&] { samebits::lab::parse_method(text); });
  expect_one_line_or_success([&] { samebits::lab::parse_dtype(text); });
  expect_one_line_or_success(
      [&] { samebits::lab::parse_name("mode", text, samebits::lab::kWeightModes); });
  return 0;
}
