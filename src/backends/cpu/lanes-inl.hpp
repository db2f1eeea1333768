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

/// RN to binary16, in the low half of each lane. NaN must be canonical already.
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
  return hn::Or(sign, hn::IfThenElse(is_large, special, finite));
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

/// C10. The processor's own NaN differs between families.
template <class D, class V = hn::VFromD<D>>
HWY_INLINE V canonical_nan(D d, V v) {
  const hn::RebindToUnsigned<D> du;
  return hn::IfThenElse(hn::IsNaN(v), hn::BitCast(d, hn::Set(du, numeric::kCanonicalNaN32)), v);
}

/// The upper half of each lane is RN_bf16(v); the lower is what is left of the carry.
template <class D, class V>
HWY_INLINE auto bfloat_in_upper_half(D /*d*/, V v) {
  const hn::RebindToUnsigned<D> du;
  const auto u = hn::BitCast(du, v);
  const auto odd = hn::And(hn::ShiftRight<16>(u), hn::Set(du, 1u));
  return hn::Add(hn::Add(u, hn::Set(du, 0x7FFFu)), odd);
}

/// RN_T(v) as float32.
template <class T, class D, class V = hn::VFromD<D>>
HWY_INLINE V round_lanes([[maybe_unused]] D d, V v) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return v;
  } else if constexpr (__is_same(T, BFloat16)) {
    const hn::RebindToUnsigned<D> du;
    const auto bits = bfloat_in_upper_half(d, canonical_nan(d, v));
    return hn::BitCast(d, hn::And(bits, hn::Set(du, 0xFFFF0000u)));
  } else {
#if SAMEBITS_HARDWARE_F16
    const hn::Rebind<hwy::float16_t, D> d16;
    return hn::PromoteTo(d, hn::DemoteTo(d16, v));
#else
    return float_from_half_bits(d, half_bits_from_float(d, canonical_nan(d, v)));
#endif
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

/// Rounds two vectors of float32 to T and stores them side by side: whole registers even for the
/// 16-bit formats, which streaming stores need. NaN is made canonical here and nowhere later.
#if HWY_TARGET == HWY_SCALAR

template <bool kStream, class D, class V, class T>
HWY_INLINE void store_pair(D /*d*/, V low, V high, T* p) {
  numeric::from_float(hn::GetLane(low), p);
  numeric::from_float(hn::GetLane(high), p + 1);
}

#else

template <bool kStream, class D, class V>
HWY_INLINE void store_pair(D d, V low, V high, float* p) {
  store_lanes<kStream>(canonical_nan(d, low), d, p);
  store_lanes<kStream>(canonical_nan(d, high), d, p + hn::Lanes(d));
}

template <bool kStream, class D, class V>
HWY_INLINE void store_pair(D d, V low, V high, BFloat16* p) {
  const hn::Repartition<std::uint16_t, D> d16;
  const auto low_bits = hn::BitCast(d16, bfloat_in_upper_half(d, canonical_nan(d, low)));
  const auto high_bits = hn::BitCast(d16, bfloat_in_upper_half(d, canonical_nan(d, high)));
  store_lanes<kStream>(hn::ConcatOdd(d16, high_bits, low_bits), d16,
                       reinterpret_cast<std::uint16_t*>(p));
}

template <bool kStream, class D, class V>
HWY_INLINE void store_pair(D d, V low, V high, Float16* p) {
  const hn::Repartition<std::uint16_t, D> d16;
#if SAMEBITS_HARDWARE_F16
  const hn::Rebind<hwy::float16_t, D> df16;
  const hn::Rebind<std::uint16_t, D> dh16;
  const auto low_bits = hn::BitCast(dh16, hn::DemoteTo(df16, canonical_nan(d, low)));
  const auto high_bits = hn::BitCast(dh16, hn::DemoteTo(df16, canonical_nan(d, high)));
  const auto bits = hn::Combine(d16, high_bits, low_bits);
#else
  const auto low_bits = hn::BitCast(d16, half_bits_from_float(d, canonical_nan(d, low)));
  const auto high_bits = hn::BitCast(d16, half_bits_from_float(d, canonical_nan(d, high)));
  const auto bits = hn::ConcatEven(d16, high_bits, low_bits);
#endif
  store_lanes<kStream>(bits, d16, reinterpret_cast<std::uint16_t*>(p));
}

#endif  // HWY_SCALAR

}  // namespace samebits::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
