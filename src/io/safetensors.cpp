// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "io/file.hpp"
#include "io/message.hpp"
#include "io/safetensors_dtype.hpp"
#include "io/safetensors_json.hpp"
#include "io/shape.hpp"

namespace samebits::io {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kNamesListed = 8;

std::string_view name_in_file(DType dtype) {
  return std::ranges::find(kFileDTypes, dtype, &FileDType::dtype)->name;
}

/// Bits of a tensor, multiplied in the order of the reference implementation: an axis of 0 before
/// the product overflows keeps it 0. Nothing if it overflows.
std::optional<std::uint64_t> bit_count(std::span<const std::uint64_t> shape, std::uint64_t bits) {
  std::uint64_t product = 1;
  for (const std::uint64_t length : shape) {
    if (__builtin_mul_overflow(product, length, &product)) return std::nullopt;
  }
  if (__builtin_mul_overflow(product, bits, &product)) return std::nullopt;
  return product;
}

void check_tensor(const TensorInfo& tensor, std::uint64_t data_size, std::string_view file) {
  const auto fail_tensor = [&](const std::string& what) {
    fail(file, fmt::format("tensor {} {}", quote(tensor.name), what));
  };
  if (tensor.begin > tensor.end || tensor.end > data_size) {
    fail_tensor(fmt::format("has data_offsets [{}, {}], outside the {} bytes of data in the file",
                            tensor.begin, tensor.end, data_size));
  }
  const auto bits = bit_count(tensor.shape, find_file_dtype(tensor.dtype_name)->bits);
  if (!bits) fail_tensor(fmt::format("has shape {}, too large to address", tensor.shape_text()));
  if (*bits % 8 != 0) {
    fail_tensor(fmt::format("has {} bits for {} of {}; expected whole bytes", *bits,
                            tensor.shape_text(), tensor.dtype_name));
  }
  if (tensor.end - tensor.begin != *bits / 8) {
    fail_tensor(fmt::format("has {} bytes; expected {} for {} of {}", tensor.end - tensor.begin,
                            *bits / 8, tensor.shape_text(), tensor.dtype_name));
  }
}

// The format has tensors side by side, from the first byte to the last, empty ones too: bytes that
// belong to two, or to none, could say something else to another reader.
void check_layout(std::span<const TensorInfo> tensors, std::uint64_t data_size,
                  std::string_view file) {
  std::vector<const TensorInfo*> sorted;
  for (const TensorInfo& tensor : tensors) sorted.push_back(&tensor);
  std::ranges::sort(sorted, {}, [](const TensorInfo* t) { return std::pair(t->begin, t->end); });
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i]->begin < end) {
      fail(file, fmt::format("tensors {} and {} overlap", quote(sorted[i - 1]->name),
                             quote(sorted[i]->name)));
    }
    if (sorted[i]->begin > end) {
      fail(file, fmt::format("has {} bytes before tensor {} that belong to no tensor",
                             sorted[i]->begin - end, quote(sorted[i]->name)));
    }
    end = sorted[i]->end;
  }
  if (end != data_size) {
    fail(file, fmt::format("has {} bytes after the last tensor; expected none", data_size - end));
  }
}

/// The shape with signed lengths, as arrays have it.
std::vector<std::int64_t> signed_shape(const std::string& subject, const TensorInfo& tensor) {
  std::vector<std::int64_t> shape;
  for (const std::uint64_t length : tensor.shape) {
    if (!std::in_range<std::int64_t>(length)) {
      fail(subject, fmt::format("shape {} is too large to address", tensor.shape_text()));
    }
    shape.push_back(static_cast<std::int64_t>(length));
  }
  return shape;
}

std::string some_names(std::span<const TensorInfo> tensors) {
  std::string text;
  for (const TensorInfo& tensor : tensors.first(std::min(tensors.size(), kNamesListed))) {
    text += (text.empty() ? "" : ", ") + quote(tensor.name);
  }
  if (tensors.size() > kNamesListed) {
    text += fmt::format(" and {} more", tensors.size() - kNamesListed);
  }
  return text;
}

const TensorInfo& choose(std::span<const TensorInfo> tensors, const std::string* name,
                         const std::string& path) {
  if (tensors.empty()) fail(path, "holds no tensors");
  if (name == nullptr) {
    if (tensors.size() == 1) return tensors.front();
    fail(path, fmt::format("holds {} tensors; name one as FILE:TENSOR: {}", tensors.size(),
                           some_names(tensors)));
  }
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [name](const TensorInfo& t) { return t.name == *name; });
  if (found == tensors.end()) {
    fail(path, fmt::format("has no tensor {}; it holds {}", quote(*name), some_names(tensors)));
  }
  return *found;
}

}  // namespace

std::uint64_t safetensors_prefix_size(std::span<const std::byte> first, std::uint64_t file_size,
                                      std::string_view file) {
  if (first.size() < kLengthBytes || file_size < kLengthBytes) {
    fail(file, fmt::format("has {} bytes; expected 8 or more, as .safetensors files have",
                           std::min<std::uint64_t>(first.size(), file_size)));
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= std::to_integer<std::uint64_t>(first[i]) << (8 * i);
  }
  if (length > kSafetensorsLongestHeader) {
    fail(file, fmt::format("claims a header of {} bytes; expected at most {}", length,
                           kSafetensorsLongestHeader));
  }
  if (length > file_size - kLengthBytes) {
    fail(file, fmt::format("claims a header of {} bytes, but only {} follow", length,
                           file_size - kLengthBytes));
  }
  return kLengthBytes + length;
}

SafetensorsHeader parse_safetensors_header(std::span<const std::byte> prefix,
                                           std::uint64_t file_size, std::string_view file) {
  const std::uint64_t end = safetensors_prefix_size(prefix, file_size, file);
  if (prefix.size() < end) fail(file, "ends inside the header");
  const std::string_view bytes(reinterpret_cast<const char*>(prefix.data()), prefix.size());
  SafetensorsHeader header{
      parse_safetensors_json(bytes.substr(kLengthBytes, end - kLengthBytes), file), end};
  for (const TensorInfo& tensor : header.tensors) check_tensor(tensor, file_size - end, file);
  check_layout(header.tensors, file_size - end, file);
  return header;
}

std::string format_safetensors_header(const std::string& path, const Array& array,
                                      const std::string& tensor_name) {
  if (tensor_name == "__metadata__") fail(path, "'__metadata__' cannot be a tensor's name");
  nlohmann::ordered_json entry;
  entry["dtype"] = name_in_file(array.dtype);
  entry["shape"] = array.shape;
  entry["data_offsets"] = {std::size_t{0}, array.data.size()};
  nlohmann::ordered_json dict;
  dict[tensor_name] = std::move(entry);
  std::string json;
  try {
    json = dict.dump();
  } catch (const nlohmann::json::exception&) {
    fail(path, fmt::format("tensor name {} is not UTF-8", quote(tensor_name)));
  }
  json.resize((json.size() + 7) / 8 * 8, ' ');  // so that the elements are aligned when mapped
  std::string header;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    header += static_cast<char>(json.size() >> (8 * i) & 0xFF);
  }
  return header + json;
}

Array read_safetensors(const InputFile& file, const std::string* tensor) {
  const SafetensorsHeader header = read_safetensors_header(file);
  const TensorInfo& chosen = choose(header.tensors, tensor, file.path());
  const std::string subject = file.path() + ":" + quote(chosen.name);
  if (!chosen.dtype) {
    fail(subject, fmt::format("dtype {} is not supported; expected F32, F16 or BF16",
                              quote(chosen.dtype_name)));
  }
  std::vector<std::int64_t> shape = signed_shape(subject, chosen);
  require_rows(subject, shape, *chosen.dtype);
  Array array = make_array(*chosen.dtype, std::move(shape));
  file.read_at(header.data_offset + chosen.begin, array.data.bytes());
  return array;
}

SafetensorsHeader read_safetensors_header(const InputFile& file) {
  std::vector<std::byte> prefix(std::min<std::uint64_t>(kLengthBytes, file.size()));
  file.read_at(0, prefix);
  prefix.resize(safetensors_prefix_size(prefix, file.size(), file.path()));
  file.read_at(0, prefix);
  return parse_safetensors_header(prefix, file.size(), file.path());
}

}  // namespace samebits::io
