// SPDX-License-Identifier: Apache-2.0
#include "lab/number_text.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>

namespace samebits::lab {

std::optional<double> parse_double(std::string_view text) {
  // Both ways below know more than decimal numbers: infinities, NaNs, hexadecimal ones.
  if (text.find_first_not_of("0123456789.eE+-") != text.npos || text.starts_with('+')) {
    return std::nullopt;
  }
#ifdef __cpp_lib_to_chars
  double value = 0.0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || next != end) return std::nullopt;
#else  // libc++ before 20. strtod rounds once too; the program stays in the "C" locale.
  const std::string terminated(text);
  char* next = nullptr;
  errno = 0;
  const double value = std::strtod(terminated.c_str(), &next);
  if (terminated.empty() || errno == ERANGE || *next != '\0') return std::nullopt;
#endif
  return value;
}

}  // namespace samebits::lab
