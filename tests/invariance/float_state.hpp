// SPDX-License-Identifier: Apache-2.0
//
// The float control and status of the calling thread, as one comparable value, and states that a
// caller may be in. Named as the processors' manuals name them.
#pragma once

#include <cstdint>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace samebits::test {

struct FloatState {
  std::uint64_t control = 0;
  std::uint64_t status = 0;  ///< x86 keeps the sticky flags in `control`
  bool operator==(const FloatState&) const = default;
};

#if defined(__x86_64__)

inline FloatState float_state() {
  return {_mm_getcsr(), 0};
}
inline void set_float_state(const FloatState& state) {
  _mm_setcsr(static_cast<std::uint32_t>(state.control));
}

// MXCSR: masks of all six exceptions, flush-to-zero, denormals-are-zero, rounding, sticky flags.
inline constexpr std::uint64_t kUsual = 0x1F80, kFlush = 0x8000, kDenormalsAreZero = 0x0040;
inline constexpr std::uint64_t kDown = 0x2000, kUp = 0x4000, kTowardsZero = 0x6000;
inline constexpr std::uint64_t kSticky = 0x003F;

inline std::vector<FloatState> caller_states() {
  std::vector<FloatState> states;
  for (const std::uint64_t control :
       {kUsual, kUsual | kFlush, kUsual | kDenormalsAreZero, kUsual | kFlush | kDenormalsAreZero,
        kUsual | kDown, kUsual | kUp, kUsual | kTowardsZero, kUsual | kFlush | kUp | kSticky,
        kUsual | kSticky, kUsual | kDenormalsAreZero | kDown | 0x0020,
        std::uint64_t{0},  // all exceptions trap
        kFlush | kDenormalsAreZero | kTowardsZero}) {
    states.push_back({control, 0});
  }
  return states;
}

#else

inline FloatState float_state() {
  FloatState state;
  asm volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(state.control), "=r"(state.status));
  return state;
}
inline void set_float_state(const FloatState& state) {
  asm volatile("msr fpcr, %0\n\tmsr fpsr, %1" : : "r"(state.control), "r"(state.status));
}

// FPCR: flush-to-zero, default NaN, alternative half, rounding. FPSR: the cumulative flags.
inline constexpr std::uint64_t kUsual = 0, kFlush = 1u << 24, kDefaultNaN = 1u << 25;
inline constexpr std::uint64_t kAlternativeHalf = 1u << 26, kFlushHalf = 1u << 19;
inline constexpr std::uint64_t kUp = 1u << 22, kDown = 2u << 22, kTowardsZero = 3u << 22;
inline constexpr std::uint64_t kDenormalsAreZero = 0, kSticky = 0x9F;

inline std::vector<FloatState> caller_states() {
  std::vector<FloatState> states;
  for (const std::uint64_t control :
       {kUsual, kFlush, kDefaultNaN, kAlternativeHalf, kFlushHalf, kUp, kDown, kTowardsZero,
        kFlush | kUp | kDefaultNaN | kAlternativeHalf | kFlushHalf}) {
    for (const std::uint64_t status : {std::uint64_t{0}, kSticky}) {
      states.push_back({control, status});
    }
  }
  return states;
}

#endif

}  // namespace samebits::test
