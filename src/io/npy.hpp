// SPDX-License-Identifier: Apache-2.0
//
// NumPy's .npy, versions 1.0 to 3.0: a magic string, a header that is a Python dict literal, and
// the elements. What is accepted is what numpy.load reads, but for: dtypes other than the three;
// big-endian and Fortran order, where they would have to be rearranged; and spellings of Python
// that no program is known to write, such as a length of 0x10. What numpy.load refuses is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/array.hpp"
#include "io/file.hpp"
#include "samebits/core.hpp"

namespace samebits::io {

/// The limit of numpy.load.
inline constexpr std::size_t kNpyLongestHeader = 10000;

/// Enough of a file's first bytes for every header that is accepted.
inline constexpr std::size_t kNpyPrefix = 12 + kNpyLongestHeader;

struct NpyHeader {
  DType dtype = DType::float32;
  std::vector<std::int64_t> shape;  ///< 1 axis or more, the last one not empty
  std::uint64_t data_offset = 0;    ///< where the elements begin
  std::uint64_t bytes_after = 0;    ///< that the file has after them
};

/// Reads the header from the first bytes of a file of `file_size` bytes: the first kNpyPrefix or,
/// in a shorter file, all. `file` is what errors call it.
NpyHeader parse_npy_header(std::span<const std::byte> prefix, std::uint64_t file_size,
                           std::string_view file = "<memory>");

/// What precedes the elements, byte for byte as numpy.save writes it.
std::string format_npy_header(DType dtype, std::span<const std::int64_t> shape);

/// Whether a file that begins like this is to be read as .npy.
bool is_npy(std::span<const std::byte> prefix);

/// `note` may be null; it gets a sentence for the user if bytes of the file are passed over.
Array read_npy(const InputFile& file, std::string* note);

}  // namespace samebits::io
