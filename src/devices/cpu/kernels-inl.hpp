// SPDX-License-Identifier: Apache-2.0
//
// The row kernels, written once and compiled for every SIMD target by kernels_<type>.cpp.

#if defined(SAMEBITS_KERNELS_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef SAMEBITS_KERNELS_INL_HPP_
#undef SAMEBITS_KERNELS_INL_HPP_
#else
#define SAMEBITS_KERNELS_INL_HPP_
#endif

#include <hwy/highway.h>

#include "devices/cpu/kernels.hpp"
#include "devices/cpu/lanes-inl.hpp"
#include "numeric/elementwise.hpp"
#include "numeric/wide_sum.hpp"

HWY_BEFORE_NAMESPACE();
namespace samebits::cpu::HWY_NAMESPACE {

using numeric::ResidualRule;
using numeric::WeightRule;

/// The vector form of numeric::normalized_input.
template <class T, ResidualRule kRule, class D>
HWY_INLINE hn::VFromD<D> load_input(D d, const T* x, const T* residual) {
  const auto v = load_floats(d, x);
  if constexpr (kRule == ResidualRule::none) return v;
  if constexpr (kRule != ResidualRule::none) {
    const auto sum = hn::Add(v, load_floats(d, residual));
    return kRule == ResidualRule::rounded ? round_lanes<T>(d, sum) : sum;
  }
}

/// The pair form of load_input.
template <class T, ResidualRule kRule, class D, class V = hn::VFromD<D>>
HWY_INLINE void load_input_pair(D d, const T* x, const T* residual, V& a, V& b) {
  load_pair<T>(d, x, a, b);
  if constexpr (kRule != ResidualRule::none) {
    auto residual_a = hn::Zero(d), residual_b = residual_a;
    load_pair<T>(d, residual, residual_a, residual_b);
    a = hn::Add(a, residual_a);
    b = hn::Add(b, residual_b);
    if constexpr (kRule == ResidualRule::rounded) {
      a = round_lanes<T>(d, a);
      b = round_lanes<T>(d, b);
    }
  }
}

/// C7: squares are exact in double, so the sum is the only rounding, fused or not. The lanes and
/// accumulators set the height of the tree, which the caller needs for the bound.
template <class T, ResidualRule kRule>
DoubleSum sum_double(const void* x_data, const void* residual_data, std::int64_t columns) {
  const DoubleTag<T> d64;
  const hn::Rebind<float, decltype(d64)> d32;
  const auto* x = static_cast<const T*>(x_data);
  const auto* residual = static_cast<const T*>(residual_data);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d64));
  auto sum0 = hn::Zero(d64), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  auto sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
  const auto add = [&](auto& sum_a, auto& sum_b, std::int64_t at) HWY_ATTR {
    auto a = hn::Zero(d32), b = a;
    load_input_pair<T, kRule>(d32, x + at, residual + at, a, b);
    const auto wide_a = hn::PromoteTo(d64, a);
    const auto wide_b = hn::PromoteTo(d64, b);
    sum_a = hn::MulAdd(wide_a, wide_a, sum_a);
    sum_b = hn::MulAdd(wide_b, wide_b, sum_b);
  };
  std::int64_t i = 0;
  for (; i + 8 * lanes <= columns; i += 8 * lanes) {
    add(sum0, sum1, i);
    add(sum2, sum3, i + 2 * lanes);
    add(sum4, sum5, i + 4 * lanes);
    add(sum6, sum7, i + 6 * lanes);
  }
  for (; i + 2 * lanes <= columns; i += 2 * lanes) add(sum0, sum1, i);
  double tail = 0.0;
  for (; i < columns; ++i) {
    const double v = numeric::normalized_input<T, kRule>(x[i], residual ? residual[i] : T{});
    tail += v * v;
  }
  const auto fours = hn::Add(hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3)),
                             hn::Add(hn::Add(sum4, sum5), hn::Add(sum6, sum7)));
  const double sum = hn::GetLane(hn::SumOfLanes(d64, fours)) + tail;
  // The longest path: an accumulator's own additions (one each round, and three odd pairs), three
  // levels of accumulators, the lanes of one vector one by one, and the tail, of fewer elements
  // than two vectors have.
  const std::int64_t height = columns / (8 * lanes) + 3 + 3 + lanes + 2 * lanes;
  return {sum, static_cast<double>(height)};
}

/// One float32 pass with as many partial sums as the registers hold: fast, and its bits follow the
/// vector width.
template <class T, ResidualRule kRule>
float sum_float(const void* x_data, const void* residual_data, std::int64_t columns) {
  const FloatTag<T> d;
  const auto* x = static_cast<const T*>(x_data);
  const auto* residual = static_cast<const T*>(residual_data);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto sum0 = hn::Zero(d), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  const auto add = [&](auto& sum_a, auto& sum_b, std::int64_t at) HWY_ATTR {
    auto a = hn::Zero(d), b = a;
    load_input_pair<T, kRule>(d, x + at, residual + at, a, b);
    sum_a = hn::MulAdd(a, a, sum_a);
    sum_b = hn::MulAdd(b, b, sum_b);
  };
  std::int64_t i = 0;
  for (; i + 4 * lanes <= columns; i += 4 * lanes) {
    add(sum0, sum1, i);
    add(sum2, sum3, i + 2 * lanes);
  }
  if (i + 2 * lanes <= columns) {
    add(sum0, sum1, i);
    i += 2 * lanes;
  }
  const auto pairs = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  float sum = hn::GetLane(hn::SumOfLanes(d, pairs));
  for (; i < columns; ++i) {
    const float v = numeric::normalized_input<T, kRule>(x[i], residual ? residual[i] : T{});
    sum += v * v;
  }
  return sum;
}

/// What a GPU block of `width` lanes does: lane j adds the elements j, j + width, ...; then the
/// lanes are folded in halves. Separate multiplication and addition, so that every SIMD target
/// gives the same bits: here only `width` moves them. `width` is a power of two.
template <class T, ResidualRule kRule>
float sum_block(const void* x_data, const void* residual_data, std::int64_t columns,
                std::int64_t width) {
  const auto* x = static_cast<const T*>(x_data);
  const auto* residual = static_cast<const T*>(residual_data);
  HWY_ALIGN float partial[core::kMaxBlockWidth] = {};
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t begin = 0; begin < columns; begin += width) {
    const std::int64_t count = columns - begin < width ? columns - begin : width;
    std::int64_t j = 0;
    for (; j + lanes <= count; j += lanes) {
      const std::int64_t at = begin + j;
      const auto v = load_input<T, kRule>(d, x + at, residual + at);
      hn::StoreU(hn::Add(hn::LoadU(d, partial + j), hn::Mul(v, v)), d, partial + j);
    }
    for (; j < count; ++j) {
      const std::int64_t at = begin + j;
      const float v = numeric::normalized_input<T, kRule>(x[at], residual ? residual[at] : T{});
      partial[j] += v * v;
    }
  }
  for (std::int64_t half = width / 2; half > 0; half /= 2) {
    for (std::int64_t j = 0; j < half; ++j) partial[j] += partial[j + half];
  }
  return partial[0];
}

/// The vector form of numeric::SquareBins::term: what is left for the exact path to do one element
/// at a time is a single addition.
template <class T, ResidualRule kRule>
void square_terms(const void* x_data, const void* residual_data, std::int64_t count,
                  std::uint64_t* exponents, std::uint64_t* squares) {
  const auto* x = static_cast<const T*>(x_data);
  const auto* residual = static_cast<const T*>(residual_data);
  std::int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const hn::RebindToUnsigned<decltype(d)> d32;
  const hn::Repartition<std::uint64_t, decltype(d)> d64;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto low_half = hn::Set(d64, 0xFFFFFFFFu);
  for (; i + lanes <= count; i += lanes) {
    const auto v = load_input<T, kRule>(d, x + i, residual + i);
    const auto u = hn::And(hn::BitCast(d32, v), hn::Set(d32, 0x7FFFFFFFu));
    const auto exponent = hn::ShiftRight<23>(u);
    const auto implicit =
        hn::IfThenZeroElse(hn::Eq(exponent, hn::Zero(d32)), hn::Set(d32, 0x00800000u));
    const auto even = hn::Or(hn::And(u, hn::Set(d32, 0x007FFFFFu)), implicit);
    const auto odd = hn::BitCast(d32, hn::ShiftRight<32>(hn::BitCast(d64, even)));
    const auto wide_exponent = hn::BitCast(d64, exponent);
    hn::StoreU(hn::And(wide_exponent, low_half), d64, exponents + i);
    hn::StoreU(hn::ShiftRight<32>(wide_exponent), d64, exponents + i + lanes / 2);
    hn::StoreU(hn::MulEven(even, even), d64, squares + i);
    hn::StoreU(hn::MulEven(odd, odd), d64, squares + i + lanes / 2);
  }
#endif
  for (; i < count; ++i) {
    const auto term = numeric::SquareBins::term(
        numeric::normalized_input<T, kRule>(x[i], residual ? residual[i] : T{}));
    exponents[i] = term.exponent;
    squares[i] = term.square;
  }
}

/// The vector form of numeric::weighted.
template <class T, WeightRule kRule, class D, class V = hn::VFromD<D>>
HWY_INLINE V weighted_lanes(D d, V x, V inverse_rms, V weight) {
  const auto t = hn::Mul(x, inverse_rms);
  if constexpr (kRule == WeightRule::none) {
    return t;
  } else if constexpr (kRule == WeightRule::scale) {
    return hn::Mul(t, weight);
  } else if constexpr (kRule == WeightRule::cast_first) {
    return hn::Mul(round_lanes<T>(d, t), weight);
  } else {
    return hn::Mul(t, hn::Add(hn::Set(d, 1.0f), weight));
  }
}

/// Clauses C4 to C6 for the elements [begin, end), one at a time, in numeric's own words.
template <class T, ResidualRule kResidual, WeightRule kWeight, class TW>
HWY_INLINE void normalize_scalar(const NormalizeRow& row, std::int64_t begin, std::int64_t end) {
  const auto* x = static_cast<const T*>(row.x);
  const auto* residual = static_cast<const T*>(row.residual);
  const auto* weight = static_cast<const TW*>(row.weight);
  for (std::int64_t i = begin; i < end; ++i) {
    const T d = kResidual == ResidualRule::none ? T{} : residual[i];
    const float v = numeric::normalized_input<T, kResidual>(x[i], d);
    if constexpr (kResidual != ResidualRule::none) {
      const float sum = numeric::residual_sum(x[i], d);
      if (row.residual_output != nullptr) {
        numeric::from_float(sum, static_cast<T*>(row.residual_output) + i);
      }
    }
    const float w = kWeight == WeightRule::none ? 1.0f : numeric::to_float(weight[i]);
    numeric::from_float(numeric::weighted<T, kWeight>(v, row.inverse_rms, w),
                        static_cast<T*>(row.y) + i);
  }
}

/// Elements before y reaches a whole vector's alignment, which streaming stores require.
template <class T>
HWY_INLINE std::int64_t misaligned_elements(const void* y, std::size_t vector_bytes,
                                            std::int64_t columns) {
  const auto past = reinterpret_cast<std::uintptr_t>(y) % vector_bytes;
  const auto count = static_cast<std::int64_t>((vector_bytes - past) % vector_bytes / sizeof(T));
  return count < columns ? count : columns;
}

/// C10, after the fact: makes the NaNs of a written row canonical. An element is NaN if it was
/// stored as one, or if its weight is: the payload of a float32 weight may have carried out of the
/// rounding to bfloat16. (Other NaNs stem from elements of T or from the processor's own default,
/// whose lower halves are empty and cannot carry.)
template <class T, class TW>
HWY_NOINLINE void mend_nans(T* out, const TW* weight, std::int64_t columns) {
  for (std::int64_t i = 0; i < columns; ++i) {
    const float v = numeric::to_float(out[i]);
    const bool nan_weight = weight != nullptr && numeric::is_nan(numeric::to_float(weight[i]));
    numeric::from_float(nan_weight ? numeric::bit_cast<float>(numeric::kCanonicalNaN32) : v,
                        out + i);
  }
}

template <class T, ResidualRule kResidual, WeightRule kWeight, class TW, bool kStream>
void normalize(const NormalizeRow& row) {
  const FloatTag<T> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto* x = static_cast<const T*>(row.x);
  const auto* residual = static_cast<const T*>(row.residual);
  const auto* weight = static_cast<const TW*>(row.weight);
  auto* y = static_cast<T*>(row.y);
  auto* h = static_cast<T*>(row.residual_output);
  const auto r = hn::Set(d, row.inverse_rms);
  // Becomes NaN if any element written is, and seldom otherwise: one operation for two vectors.
  auto nan_probe = hn::Zero(d);
  std::int64_t i = 0;
  if constexpr (kStream) {
    i = misaligned_elements<T>(y, hn::Lanes(d) * sizeof(float), row.columns);
    normalize_scalar<T, kResidual, kWeight, TW>(row, 0, i);
  }
  for (; i + 2 * lanes <= row.columns; i += 2 * lanes) {
    auto a = hn::Zero(d), b = a;
    load_pair<T>(d, x + i, a, b);
    if constexpr (kResidual != ResidualRule::none) {
      auto residual_a = hn::Zero(d), residual_b = residual_a;
      load_pair<T>(d, residual + i, residual_a, residual_b);
      a = hn::Add(a, residual_a);
      b = hn::Add(b, residual_b);
      if (h != nullptr) store_pair<kStream>(d, a, b, h + i);
      nan_probe = hn::MulAdd(a, b, nan_probe);
      if constexpr (kResidual == ResidualRule::rounded) {
        a = round_lanes<T>(d, a);
        b = round_lanes<T>(d, b);
      }
    }
    auto weight_a = hn::Zero(d), weight_b = weight_a;
    if constexpr (kWeight != WeightRule::none) load_pair<T>(d, weight + i, weight_a, weight_b);
    a = weighted_lanes<T, kWeight>(d, a, r, weight_a);
    b = weighted_lanes<T, kWeight>(d, b, r, weight_b);
    nan_probe = hn::MulAdd(a, b, nan_probe);
    store_pair<kStream>(d, a, b, y + i);
  }
  normalize_scalar<T, kResidual, kWeight, TW>(row, i, row.columns);
  if (HWY_UNLIKELY(!hn::AllFalse(d, hn::IsNaN(nan_probe)))) {
    // A weight that the mode does not use makes no NaN.
    mend_nans<T, TW>(y, kWeight == WeightRule::none ? nullptr : weight, i);
    if (kResidual != ResidualRule::none && h != nullptr) mend_nans<T, T>(h, nullptr, i);
  }
}

template <class T, ResidualRule kResidual, WeightRule kWeight>
constexpr void fill_normalize(Normalize (&entry)[2][2]) {
  entry[0][0] = &normalize<T, kResidual, kWeight, T, false>;
  entry[0][1] = &normalize<T, kResidual, kWeight, T, true>;
  entry[1][0] = &normalize<T, kResidual, kWeight, float, false>;
  entry[1][1] = &normalize<T, kResidual, kWeight, float, true>;
}

template <class T, ResidualRule kResidual>
constexpr void fill_residual_rule(Kernels& table, ResidualRule entry) {
  const int index = static_cast<int>(entry);
  table.sum_double[index] = &sum_double<T, kResidual>;
  table.sum_float[index] = &sum_float<T, kResidual>;
  table.sum_block[index] = &sum_block<T, kResidual>;
  table.square_terms[index] = &square_terms<T, kResidual>;
  auto& normalize_table = table.normalize[index];
  fill_normalize<T, kResidual, WeightRule::none>(normalize_table[0]);
  fill_normalize<T, kResidual, WeightRule::scale>(normalize_table[1]);
  fill_normalize<T, kResidual, WeightRule::cast_first>(normalize_table[2]);
  fill_normalize<T, kResidual, WeightRule::one_plus>(normalize_table[3]);
}

template <class T>
constexpr Kernels make_kernels() {
  Kernels table{};
  fill_residual_rule<T, ResidualRule::none>(table, ResidualRule::none);
  fill_residual_rule<T, ResidualRule::rounded>(table, ResidualRule::rounded);
  // For float32 the two residual rules are one function.
  constexpr auto kUnrounded =
      sizeof(T) == sizeof(float) ? ResidualRule::rounded : ResidualRule::unrounded;
  fill_residual_rule<T, kUnrounded>(table, ResidualRule::unrounded);
  return table;
}

template <class T>
void convert_to_float(const void* from, float* to, std::int64_t count) {
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t i = 0; i + lanes <= count; i += lanes) {
    hn::StoreU(load_floats(d, static_cast<const T*>(from) + i), d, to + i);
  }
}

template <class T>
void convert_from_float(const float* from, void* to, std::int64_t count) {
  const FloatTag<T> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto* out = static_cast<T*>(to);
  for (std::int64_t i = 0; i + 2 * lanes <= count; i += 2 * lanes) {
    auto a = hn::Zero(d), b = a;
    load_pair<T>(d, from + i, a, b);
    store_pair<false>(d, a, b, out + i);
  }
  mend_nans<T, float>(out, from, count);
}

template <class T>
constexpr Converters make_converters() {
  return {&convert_to_float<T>, &convert_from_float<T>};
}

}  // namespace samebits::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
