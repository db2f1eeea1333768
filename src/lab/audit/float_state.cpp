// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/float_state.hpp"

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace samebits::lab::audit {
namespace {

#if defined(__aarch64__)
constexpr bool kOneSwitch = true;
constexpr std::uint64_t kFlush = std::uint64_t{1} << 24;
constexpr std::uint64_t kDenormals = kFlush;
constexpr int kRoundingShift = 22;
constexpr Rounding kRoundings[] = {Rounding::nearest, Rounding::upward, Rounding::downward,
                                   Rounding::toward_zero};
constexpr std::uint64_t kKept = 0;

std::uint64_t read() {
  std::uint64_t control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  return control;
}
void write(std::uint64_t control) {
  asm volatile("msr fpcr, %0" : : "r"(control));
}
#else
constexpr bool kOneSwitch = false;
constexpr std::uint64_t kFlush = 1u << 15;
constexpr std::uint64_t kDenormals = 1u << 6;
constexpr int kRoundingShift = 13;
constexpr Rounding kRoundings[] = {Rounding::nearest, Rounding::downward, Rounding::upward,
                                   Rounding::toward_zero};
constexpr std::uint64_t kKept = 0x1F80;  // all traps masked

std::uint64_t read() {
  return _mm_getcsr();
}
void write(std::uint64_t control) {
  _mm_setcsr(static_cast<std::uint32_t>(control));
}
#endif

}  // namespace

FloatState float_state() {
  const std::uint64_t control = read();
  return {.rounding = kRoundings[(control >> kRoundingShift) & 3],
          .flush_to_zero = (control & kFlush) != 0,
          .denormals_are_zero = (control & kDenormals) != 0};
}

void set_float_state(const FloatState& state) {
  std::uint64_t control = kKept;
  for (std::uint64_t i = 0; i < 4; ++i) {
    if (kRoundings[i] == state.rounding) control |= i << kRoundingShift;
  }
  if (state.flush_to_zero) control |= kFlush;
  if (state.denormals_are_zero) control |= kDenormals;
  write(control);
}

FloatState normalized(FloatState state) {
  if (kOneSwitch) {
    state.flush_to_zero = state.denormals_are_zero =
        state.flush_to_zero || state.denormals_are_zero;
  }
  return state;
}

std::string describe(const FloatState& state) {
  std::string text;
  const auto add = [&](const char* word) {
    text += (text.empty() ? "" : " + ") + std::string(word);
  };
  if (state.rounding == Rounding::upward) add("rounding upward");
  if (state.rounding == Rounding::downward) add("rounding downward");
  if (state.rounding == Rounding::toward_zero) add("rounding toward zero");
  if (state.flush_to_zero) add("flush-to-zero");
  if (state.denormals_are_zero) add("denormals-are-zero");
  return text.empty() ? "default" : text;
}

}  // namespace samebits::lab::audit
