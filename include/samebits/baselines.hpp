// SPDX-License-Identifier: Apache-2.0
//
// RMSNorm as it is usually computed, in float32, to be measured beside the exact one. Each of these
// gives other bits when something changes that should not matter. Not for products.
#pragma once

#include "samebits/rms_norm.hpp"

namespace samebits {

/// How a row's sum of squares is formed. Only `exact`, which is rms_norm() itself, keeps the
/// contract.
enum class Method {
  exact,             ///< any order at all, then rounded correctly
  standard,          ///< one float32 pass with the widest SIMD lanes
  chunked,           ///< float32 chunks added in index order
  chunked_parallel,  ///< float32 chunks added in the order in which threads finish them
  adaptive,          ///< float32 with a width chosen from the number of rows
};

SAMEBITS_API std::string_view name_of(Method method);

/// Every method, in the order in which reports list them.
SAMEBITS_API std::span<const Method> all_methods();

namespace baselines {

struct Baseline {
  Method method = Method::standard;
  std::int64_t chunk = 64;             ///< columns a chunk, of the two methods that have chunks
  std::int64_t adaptive_rows = 256;    ///< `adaptive`: from so many rows on, narrow blocks
  std::int64_t adaptive_wide = 1024;   ///< `adaptive`: block width below that
  std::int64_t adaptive_narrow = 256;  ///< `adaptive`: block width from there on
};

/// Operands, attributes and errors as samebits::rms_norm; the bits as they fall.
SAMEBITS_API void rms_norm(const RmsNorm& norm, const Baseline& baseline, const Where& where = {});

}  // namespace baselines
}  // namespace samebits
