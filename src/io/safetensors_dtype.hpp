// SPDX-License-Identifier: Apache-2.0
//
// The dtypes that .safetensors files may hold, as of safetensors 0.8.0.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "samebits/core.hpp"

namespace samebits::io {

/// A dtype of the format, and what it is here.
struct FileDType {
  std::string_view name;
  std::uint64_t bits;
  std::optional<DType> dtype{};
};
inline constexpr std::array<FileDType, 22> kFileDTypes = {{
    {"F32", 32, DType::float32},
    {"F16", 16, DType::float16},
    {"BF16", 16, DType::bfloat16},
    {"BOOL", 8},
    {"U8", 8},
    {"I8", 8},
    {"U16", 16},
    {"I16", 16},
    {"U32", 32},
    {"I32", 32},
    {"U64", 64},
    {"I64", 64},
    {"F64", 64},
    {"C64", 64},
    {"F8_E4M3", 8},
    {"F8_E5M2", 8},
    {"F8_E8M0", 8},
    {"F8_E4M3FNUZ", 8},
    {"F8_E5M2FNUZ", 8},
    {"F6_E2M3", 6},
    {"F6_E3M2", 6},
    {"F4", 4},
}};

/// Null if the format has no such dtype.
inline const FileDType* find_file_dtype(std::string_view name) {
  const auto* const found = std::ranges::find(kFileDTypes, name, &FileDType::name);
  return found != kFileDTypes.end() ? found : nullptr;
}

}  // namespace samebits::io
