// SPDX-License-Identifier: Apache-2.0
//
// NumPy's .npy, versions 1.0 to 3.0: a magic string, a header that is a Python dict literal, and
// the elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/array.hpp"
#include "samebits/samebits.hpp"

namespace samebits::io {

/// Enough of a file's first bytes for every header that is accepted.
inline constexpr std::size_t kNpyPrefix = 12 + 65535;

struct NpyHeader {
  DType dtype = DType::float32;
  std::vector<std::int64_t> shape;  ///< 1 axis or more, the last one not empty
  std::uint64_t data_offset = 0;    ///< the elements fill the file from here to its end
};

/// Reads the header from the first bytes of a file of `file_size` bytes: the first kNpyPrefix or,
/// in a shorter file, all. `file` is what errors call it.
NpyHeader parse_npy_header(std::span<const std::byte> prefix, std::uint64_t file_size,
                           std::string_view file = "<memory>");

/// What precedes the elements, byte for byte as numpy.save writes it.
std::string format_npy_header(DType dtype, std::span<const std::int64_t> shape);

Array read_npy(const std::string& path);

}  // namespace samebits::io
