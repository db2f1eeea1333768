// SPDX-License-Identifier: Apache-2.0
//
// .safetensors: the header's length in 8 bytes, a header in JSON, and the tensors' bytes. What is
// accepted is what the reference implementation (safetensors 0.8.0, in Rust) accepts, but for the
// other forms of JSON that its parser takes for an entry and that no program is known to write: an
// array in place of the object, an object in place of the dtype's string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/array.hpp"
#include "io/file.hpp"

namespace samebits::io {

/// The reference implementation's limit.
inline constexpr std::uint64_t kSafetensorsLongestHeader = 100'000'000;

struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;  ///< in the header's order; `__metadata__` is not among them
  std::uint64_t data_offset = 0;    ///< TensorInfo::begin and end count from here
};

/// The bytes of the length and the header together, from the first 8 bytes of a file. `file` is
/// what errors call it, here and below.
std::uint64_t safetensors_prefix_size(std::span<const std::byte> first, std::uint64_t file_size,
                                      std::string_view file = "<memory>");

/// Reads the header from the first bytes of a file of `file_size` bytes, as many as
/// safetensors_prefix_size says or more.
SafetensorsHeader parse_safetensors_header(std::span<const std::byte> prefix,
                                           std::uint64_t file_size,
                                           std::string_view file = "<memory>");

/// What precedes the bytes of a file's only tensor.
std::string format_safetensors_header(const std::string& path, const Array& array,
                                      const std::string& tensor_name);

/// `tensor` nullptr: the only one.
Array read_safetensors(const InputFile& file, const std::string* tensor);
SafetensorsHeader read_safetensors_header(const InputFile& file);

}  // namespace samebits::io
