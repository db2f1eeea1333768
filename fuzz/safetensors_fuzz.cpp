// SPDX-License-Identifier: Apache-2.0
//
// The .safetensors header parser on arbitrary bytes. The input is the whole file.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "fuzz_support.hpp"
#include "io/safetensors.hpp"
#include "io/shape.hpp"

namespace {

using samebits::io::SafetensorsHeader;
using samebits::io::TensorInfo;

/// An empty tensor may have axes that no array has.
std::optional<std::vector<std::int64_t>> array_shape(const TensorInfo& tensor) {
  if (tensor.shape.empty() || tensor.shape.size() > samebits::io::kMaxAxes) return std::nullopt;
  std::vector<std::int64_t> shape;
  for (const std::uint64_t length : tensor.shape) {
    if (length > std::uint64_t{1} << 40) return std::nullopt;
    shape.push_back(static_cast<std::int64_t>(length));
  }
  return shape;
}

// What the readers rely on after a header was accepted.
void check(const SafetensorsHeader& header, std::uint64_t file_size) {
  require(header.data_offset >= 8 && header.data_offset <= file_size);
  const std::uint64_t data_size = file_size - header.data_offset;
  std::set<std::string> names;
  for (const TensorInfo& tensor : header.tensors) {
    require(names.insert(tensor.name).second && tensor.name != "__metadata__");
    require(tensor.begin <= tensor.end && tensor.end <= data_size);
    require(!tensor.shape_text().empty());
    const auto shape = array_shape(tensor);
    if (!tensor.dtype || !shape) continue;
    const std::uint64_t width = *tensor.dtype == samebits::DType::float32 ? 4 : 2;
    require(elements_of(*shape) * width == tensor.end - tensor.begin);
  }
}

// What is written for a tensor is accepted again, as the same. Only the header is made, so the
// array has to be small.
void check_writer(const TensorInfo& tensor) {
  constexpr std::uint64_t kMost = 1 << 12;
  const auto shape = array_shape(tensor);
  if (!tensor.dtype || !shape || shape->back() == 0) return;
  if (tensor.end - tensor.begin > kMost) return;
  const auto array = samebits::io::make_array(*tensor.dtype, *shape);
  const std::string written =
      samebits::io::format_safetensors_header("<memory>", array, tensor.name);
  const SafetensorsHeader again = samebits::io::parse_safetensors_header(
      std::as_bytes(std::span(written)), written.size() + array.data.size());
  require(again.tensors.size() == 1 && again.data_offset == written.size());
  require(again.tensors[0].name == tensor.name && again.tensors[0].shape == tensor.shape);
  require(again.tensors[0].dtype == tensor.dtype);
}

void parse(std::span<const std::byte> prefix, std::uint64_t file_size) {
  require_clean_errors([&] {
    const SafetensorsHeader header = samebits::io::parse_safetensors_header(prefix, file_size);
    check(header, file_size);
    for (const TensorInfo& tensor : header.tensors) check_writer(tensor);
  });
}

// The 8 bytes of length are hard to guess, so the input is also taken as the JSON alone.
void parse_json(std::span<const std::byte> json, std::uint64_t data_size) {
  std::string file;
  for (int shift = 0; shift < 64; shift += 8) {
    file += static_cast<char>(std::uint64_t{json.size()} >> shift & 0xFF);
  }
  file.append(reinterpret_cast<const char*>(json.data()), json.size());
  parse(std::as_bytes(std::span(file)), file.size() + data_size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  parse(bytes, size);
  parse(bytes, std::numeric_limits<std::uint64_t>::max());
  parse(bytes, size / 2);
  if (size > 8) parse_json(bytes.subspan(8), std::uint64_t{1} << 20);
  return 0;
}
