// SPDX-License-Identifier: Apache-2.0
//
// C2 asks for rounding to nearest and for subnormals. Both can be switched off for a thread: by
// other libraries (-ffast-math start-up code sets flush-to-zero), or by the caller on purpose.
// Threads inherit it from whoever starts them, those of a GPU's driver too, and keep it.
#pragma once

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#elif !defined(__aarch64__)
#error "samebits knows the float control registers of x86-64 and AArch64 only"
#endif

namespace samebits::core {

/// For its lifetime: round to nearest, no flush-to-zero, no denormals-are-zero, all traps masked,
/// and on Arm the IEEE half format. Afterwards the register is as it was, status flags included.
class FloatEnvironment {
 public:
  FloatEnvironment() : saved_(read()) {
    if (saved_ != kDefault) write(kDefault);
  }
  ~FloatEnvironment() { write(saved_); }
  FloatEnvironment(const FloatEnvironment&) = delete;
  FloatEnvironment& operator=(const FloatEnvironment&) = delete;

 private:
#if defined(__aarch64__)
  static constexpr std::uint64_t kDefault = 0;
  // FPCR holds the modes; the sticky flags live in FPSR and are restored beside them.
  struct Saved {
    std::uint64_t control, status;
    bool operator!=(std::uint64_t other) const { return control != other; }
  };
  static Saved read() {
    Saved s;
    asm volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(s.control), "=r"(s.status));
    return s;
  }
  static void write(std::uint64_t control) {
    asm volatile("msr fpcr, %0" : : "r"(control));
  }
  static void write(Saved s) {
    asm volatile("msr fpcr, %0\n\tmsr fpsr, %1" : : "r"(s.control), "r"(s.status));
  }
  Saved saved_;
#else
  static constexpr std::uint32_t kDefault = 0x1F80;  // all exceptions masked, all else off
  static std::uint32_t read() {
    return _mm_getcsr();
  }
  static void write(std::uint32_t control) {
    _mm_setcsr(control);
  }
  std::uint32_t saved_;
#endif
};

}  // namespace samebits::core
