// SPDX-License-Identifier: Apache-2.0
//
// Everything in src/numeric as device code: a CUDA backend starts from these headers. It is
// compiled for a GPU, not run.
#include "numeric/elementwise.hpp"
#include "numeric/formats.hpp"
#include "numeric/inverse_rms.hpp"
#include "numeric/portable.hpp"
#include "numeric/wide_sum.hpp"

namespace {

using namespace samebits::numeric;

template <class T, ResidualRule kResidual, WeightRule kWeight>
__device__ void normalize(const T* x, const T* d, const float* w, T* y, T* h, SquareBins& bins,
                          int n, double eps) {
  WideSum wide;
  double sum = 0.0;
  for (int i = 0; i < n; ++i) {
    const float v = normalized_input<T, kResidual>(x[i], d[i]);
    bins.add(SquareBins::term(v), i % SquareBins::kCells);
    sum += static_cast<double>(v) * v;
  }
  bins.fold_into(wide);
  InverseRms r = round_and_verify(sum, n, eps, n);
  if (!r.certain) r.value = exact_inverse_rms(wide, n, eps, r.value);
  for (int i = 0; i < n; ++i) {
    const float v = normalized_input<T, kResidual>(x[i], d[i]);
    from_float(residual_sum(x[i], d[i]), h + i);
    from_float(weighted<T, kWeight>(v, r.value, canonical(w[i])), y + i);
  }
}

}  // namespace

__global__ void normalize_float32(const float* x, const float* d, const float* w, float* y,
                                  float* h, SquareBins* bins, int n) {
  normalize<float, ResidualRule::none, WeightRule::scale>(x, d, w, y, h, *bins, n, 1e-6);
}
__global__ void normalize_float16(const Float16* x, const Float16* d, const float* w, Float16* y,
                                  Float16* h, SquareBins* bins, int n) {
  normalize<Float16, ResidualRule::rounded, WeightRule::cast_first>(x, d, w, y, h, *bins, n, 1e-6);
}
__global__ void normalize_bfloat16(const BFloat16* x, const BFloat16* d, const float* w,
                                   BFloat16* y, BFloat16* h, SquareBins* bins, int n) {
  normalize<BFloat16, ResidualRule::unrounded, WeightRule::one_plus>(x, d, w, y, h, *bins, n, 1e-6);
}
