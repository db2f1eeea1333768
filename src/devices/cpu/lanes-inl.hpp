// SPDX-License-Identifier: Apache-2.0
//
// Vector forms of numeric/formats.hpp: loads that widen to float32, and stores that round. Included
// once for each SIMD target; tests/clause/conversion_test.cpp compares each of them with the scalar
// definition on every encoding.

#if defined(SAMEBITS_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAMEBITS_LANES_INL_HPP_
#undef SAMEBITS_LANES_INL_HPP_
#else
#define SAMEBITS_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include "numeric/formats.hpp"

// F16C came with AVX2 processors, and every AArch64 has its like. Highway's own emulation for the
// older targets mishandles infinities, so those use the integer forms below.
#if HWY_TARGET == HWY_NEON || HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || \
    HWY_TARGET == HWY_AVX3_DL
#undef SAMEBITS_HARDWARE_F16
#define SAMEBITS_HARDWARE_F16 1
#else
#undef SAMEBITS_HARDWARE_F16
#define SAMEBITS_HARDWARE_F16 0
#endif

HWY_BEFORE_NAMESPACE();
namespace samebits::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using numeric::BFloat16;
using numeric::Float16;

/// Lanes of float32 for rows of T. Conversions of binary16 gain nothing from 512 bits: on a Zen 4
/// core they take 1.4 times as long as the same work in 256.
template <class T>
using FloatTag = hn::CappedTag<float, __is_same(T, Float16) ? 8 : 64>;

/// Lanes of double for sums over rows of T. float32 is widened straight from memory, which is one
/// operation to 256 bits and two to 512; the 16-bit formats are widened from registers.
template <class T>
using DoubleTag = hn::CappedTag<double, sizeof(T) == sizeof(float) ? 4 : 8>;

template <class D>
HWY_INLINE hn::VFromD<D> load_floats(D d, const float* p) {
  return hn::LoadU(d, p);
}

template <class D>
HWY_INLINE hn::VFromD<D> load_floats(D d, const BFloat16* p) {
  const hn::RebindToUnsigned<D> du;
  const hn::Rebind<std::uint16_t, D> d16;
  const auto halves = hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(p));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(du, halves)));
}

/// binary16 in the low half of each lane to float32; exact.
template <class D, class VU>
HWY_INLINE hn::VFromD<D> float_from_half_bits(D d, VU bits) {
  const hn::RebindToUnsigned<D> du;
  const auto sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(du, 0x8000u)));
  const auto magnitude = hn::ShiftLeft<13>(hn::And(bits, hn::Set(du, 0x7FFFu)));
  const auto rebias = hn::Set(du, (127u - 15u) << 23);
  const auto normal = hn::Add(magnitude, rebias);
  const auto special = hn::Add(normal, rebias);  // exponent 31 becomes 255
  // 2^-14 (1 + f) - 2^-14 is exact and equals the subnormal f 2^-14.
  const auto least_normal = hn::Set(du, 113u << 23);
  const auto subnormal = hn::BitCast(
      du, hn::Sub(hn::BitCast(d, hn::Add(magnitude, least_normal)), hn::BitCast(d, least_normal)));
  // Magnitudes fit in 31 bits, so signed comparisons, which every target has, are right.
  const hn::RebindToSigned<D> di;
  const auto m = hn::BitCast(di, magnitude);
  const auto is_small = hn::RebindMask(du, hn::Lt(m, hn::Set(di, 0x0400 << 13)));
  const auto is_special = hn::RebindMask(du, hn::Gt(m, hn::Set(di, (0x7C00 << 13) - 1)));
  const auto finite = hn::IfThenElse(is_small, subnormal, normal);
  return hn::BitCast(d, hn::Or(sign, hn::IfThenElse(is_special, special, finite)));
}

/// RN to binary16, in the low half of each lane; NaN becomes canonical.
template <class D, class V>
HWY_INLINE auto half_bits_from_float(D d, V v) {
  const hn::RebindToUnsigned<D> du;
  const hn::RebindToSigned<D> di;
  const auto u = hn::BitCast(du, v);
  const auto sign = hn::And(hn::ShiftRight<16>(u), hn::Set(du, 0x8000u));
  const auto magnitude = hn::And(u, hn::Set(du, 0x7FFFFFFFu));
  const auto odd = hn::And(hn::ShiftRight<13>(magnitude), hn::Set(du, 1u));
  const auto normal = hn::ShiftRight<13>(hn::Add(
      hn::Add(hn::Sub(magnitude, hn::Set(du, (127u - 15u) << 23)), hn::Set(du, 0x0FFFu)), odd));
  // Floats in [0.5, 1) are multiples of 2^-24, binary16's least subnormal: the addition rounds.
  const auto half = hn::Set(du, 0x3F000000u);
  const auto subnormal =
      hn::Sub(hn::BitCast(du, hn::Add(hn::BitCast(d, magnitude), hn::BitCast(d, half))), half);
  const auto m = hn::BitCast(di, magnitude);
  const auto is_small = hn::RebindMask(du, hn::Lt(m, hn::Set(di, 0x38800000)));
  const auto is_large = hn::RebindMask(du, hn::Gt(m, hn::Set(di, 0x477FFFFF)));
  const auto is_nan = hn::RebindMask(du, hn::Gt(m, hn::Set(di, 0x7F800000)));
  const auto finite = hn::IfThenElse(is_small, subnormal, normal);
  const auto special = hn::IfThenElse(is_nan, hn::Set(du, 0x7E00u), hn::Set(du, 0x7C00u));
  const auto kept_sign = hn::IfThenZeroElse(is_nan, sign);
  return hn::Or(kept_sign, hn::IfThenElse(is_large, special, finite));
}

template <class D>
HWY_INLINE hn::VFromD<D> load_floats(D d, const Float16* p) {
#if SAMEBITS_HARDWARE_F16
  const hn::Rebind<hwy::float16_t, D> d16;
  return hn::PromoteTo(d, hn::LoadU(d16, reinterpret_cast<const hwy::float16_t*>(p)));
#else
  const hn::RebindToUnsigned<D> du;
  const hn::Rebind<std::uint16_t, D> d16;
  const auto halves = hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(p));
  return float_from_half_bits(d, hn::PromoteTo(du, halves));
#endif
}

/// RN_bf16(v) in the upper half of each lane; the lower half is what the carry left. As
/// numeric::from_float, but a NaN may carry into something else: NaNs are mended row by row
/// (mend_nans in kernels-inl.hpp), because a test on every vector costs a fifth of the time.
template <class D, class V>
HWY_INLINE auto bfloat_in_upper_half(D d, V v) {
  const hn::RebindToUnsigned<decltype(d)> du;
  const auto u = hn::BitCast(du, v);
  const auto odd = hn::TestBit(u, hn::Set(du, 0x10000u));
  return hn::Add(u, hn::IfThenElse(odd, hn::Set(du, 0x8000u), hn::Set(du, 0x7FFFu)));
}

/// RN_T(v) as float32.
template <class T, class D, class V = hn::VFromD<D>>
HWY_INLINE V round_lanes(D d, V v) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return v;
  } else if constexpr (__is_same(T, BFloat16)) {
    const hn::RebindToUnsigned<decltype(d)> du;
    return hn::BitCast(d, hn::And(bfloat_in_upper_half(d, v), hn::Set(du, 0xFFFF0000u)));
  } else {
#if SAMEBITS_HARDWARE_F16
    const hn::Rebind<hwy::float16_t, D> d16;
    return hn::PromoteTo(d, hn::DemoteTo(d16, v));
#else
    return float_from_half_bits(d, half_bits_from_float(d, v));
#endif
  }
}

// ---- pairs -------------------------------------------------------------------------------------
//
// Kernels work on two vectors at a time, so that 16-bit elements fill whole registers. Which of the
// 2 * Lanes elements come in which vector is the row type's own affair (`T` below): consecutive
// ones for float32 and float16; even and odd ones for bfloat16, whose odd elements are the upper
// halves of 32-bit lanes already, so that a shift and a mask replace two widening shuffles.
// Everything that meets a pair elementwise is loaded in the order of T.

#if HWY_TARGET == HWY_SCALAR

template <class T, class D, class V, class E>
HWY_INLINE void load_pair(D d, const E* p, V& a, V& b) {
  a = hn::Set(d, numeric::to_float(p[0]));
  b = hn::Set(d, numeric::to_float(p[1]));
}

template <bool kStream, class D, class V, class T>
HWY_INLINE void store_pair(D /*d*/, V a, V b, T* p) {
  numeric::from_float(hn::GetLane(a), p);
  numeric::from_float(hn::GetLane(b), p + 1);
}

#else

template <class T, class D, class V, class E>
HWY_INLINE void load_pair(D d, const E* p, V& a, V& b) {
  if constexpr (__is_same(T, BFloat16) && __is_same(E, BFloat16)) {
    const hn::RebindToUnsigned<D> du;
    const auto lanes = hn::LoadU(du, reinterpret_cast<const std::uint32_t*>(p));
    a = hn::BitCast(d, hn::ShiftLeft<16>(lanes));
    b = hn::BitCast(d, hn::And(lanes, hn::Set(du, 0xFFFF0000u)));
  } else if constexpr (__is_same(T, BFloat16)) {
    hn::LoadInterleaved2(d, p, a, b);
  } else {
    a = load_floats(d, p);
    b = load_floats(d, p + hn::Lanes(d));
  }
}

template <bool kStream, class D, class V, class E>
HWY_INLINE void store_lanes(V v, D d, E* p) {
  if constexpr (kStream) {
    hn::Stream(v, d, p);
  } else {
    hn::StoreU(v, d, p);
  }
}

/// Rounds a pair to T and stores it; not yet canonical where it is NaN.
template <bool kStream, class D, class V>
HWY_INLINE void store_pair(D d, V a, V b, float* p) {
  store_lanes<kStream>(a, d, p);
  store_lanes<kStream>(b, d, p + hn::Lanes(d));
}

template <bool kStream, class D, class V>
HWY_INLINE void store_pair(D d, V a, V b, BFloat16* p) {
  const hn::RebindToUnsigned<D> du;
  const auto even = hn::ShiftRight<16>(bfloat_in_upper_half(d, a));
  const auto odd = hn::And(bfloat_in_upper_half(d, b), hn::Set(du, 0xFFFF0000u));
  store_lanes<kStream>(hn::Or(even, odd), du, reinterpret_cast<std::uint32_t*>(p));
}

template <bool kStream, class D, class V>
HWY_INLINE void store_pair(D d, V a, V b, Float16* p) {
#if SAMEBITS_HARDWARE_F16
  // Two stores of half a register: joining them first costs a shuffle more.
  const hn::Rebind<hwy::float16_t, D> df16;
  const hn::Rebind<std::uint16_t, D> dh16;
  auto* out = reinterpret_cast<std::uint16_t*>(p);
  store_lanes<kStream>(hn::BitCast(dh16, hn::DemoteTo(df16, a)), dh16, out);
  store_lanes<kStream>(hn::BitCast(dh16, hn::DemoteTo(df16, b)), dh16, out + hn::Lanes(d));
#else
  const hn::Repartition<std::uint16_t, D> d16;
  const auto low = hn::BitCast(d16, half_bits_from_float(d, a));
  const auto high = hn::BitCast(d16, half_bits_from_float(d, b));
  store_lanes<kStream>(hn::ConcatEven(d16, high, low), d16, reinterpret_cast<std::uint16_t*>(p));
#endif
}

#endif  // HWY_SCALAR

}  // namespace samebits::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
