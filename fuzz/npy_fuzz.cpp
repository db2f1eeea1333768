// SPDX-License-Identifier: Apache-2.0
//
// The .npy header parser on arbitrary bytes. The input is the whole file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "fuzz_support.hpp"
#include "io/npy.hpp"

namespace {

using samebits::io::NpyHeader;

// What the readers rely on after a header was accepted.
void check(const NpyHeader& header, std::uint64_t file_size) {
  require(!header.shape.empty() && header.shape.back() > 0);
  const std::uint64_t width = header.dtype == samebits::DType::float32 ? 4 : 2;
  require(header.data_offset <= file_size);
  require(elements_of(header.shape) * width + header.bytes_after == file_size - header.data_offset);
}

// What is written for an accepted header is accepted again, as the same.
void check_writer(const NpyHeader& header, std::uint64_t data_size) {
  const std::string written = samebits::io::format_npy_header(header.dtype, header.shape);
  require(written.size() % 64 == 0);
  const NpyHeader again =
      samebits::io::parse_npy_header(std::as_bytes(std::span(written)), written.size() + data_size);
  require(again.dtype == header.dtype && again.shape == header.shape);
  require(again.data_offset == written.size() && again.bytes_after == 0);
}

void parse(std::span<const std::byte> prefix, std::uint64_t file_size) {
  require_clean_errors([&] {
    const NpyHeader header = samebits::io::parse_npy_header(prefix, file_size);
    check(header, file_size);
    check_writer(header, file_size - header.data_offset - header.bytes_after);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto prefix = bytes.first(std::min(size, samebits::io::kNpyPrefix));
  parse(prefix, size);
  // Files of which only the beginning is at hand, and sizes that tempt the arithmetic.
  parse(prefix, size + (std::uint64_t{1} << 33));
  parse(prefix, std::numeric_limits<std::uint64_t>::max());
  parse(prefix, size / 2);
  return 0;
}
