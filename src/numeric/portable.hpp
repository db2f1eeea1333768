// SPDX-License-Identifier: Apache-2.0
//
// What lets one text serve as host C++20 and as CUDA device code.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__FAST_MATH__)
#error "samebits must not be compiled with fast-math: every bit rests on IEEE rounding"
#endif

#if defined(__CUDACC__)
#define SAMEBITS_HD __host__ __device__
#else
#define SAMEBITS_HD
#endif

namespace samebits::numeric {

/// std::bit_cast, which device compilers do not all have in device code. By value, since device
/// code may use the value of a host constant and not its address.
template <class To, class From>
SAMEBITS_HD inline To bit_cast(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(To));
  return to;
}

}  // namespace samebits::numeric
