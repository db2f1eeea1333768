// SPDX-License-Identifier: Apache-2.0
//
// Which file and which format a name means.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <optional>
#include <system_error>

#include "io/array.hpp"
#include "io/message.hpp"
#include "io/npy.hpp"
#include "io/safetensors.hpp"
#include "io/shape.hpp"

namespace samebits::io {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie");

enum class Format { npy, safetensors };

Format format_of(const std::string& path) {
  std::error_code ignored;
  if (path.empty()) fail("''", "is no file name");
  if (path == kStandardStream) return Format::npy;  // as output
  if (fs::is_directory(path, ignored)) fail(path, "is a folder; expected a regular file");
  const std::string extension = fs::path(path).extension().string();
  if (extension == ".npy") return Format::npy;
  if (extension == ".safetensors") return Format::safetensors;
  fail(path, fmt::format("has the extension {}; expected .npy or .safetensors", quote(extension)));
}

bool names_file(const std::string& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::exists(status) && !fs::is_directory(status);
}

struct Spec {
  std::string path;
  std::optional<std::string> tensor;
};

// Both parts may hold colons: the longest name of a file that exists wins.
Spec split(const std::string& spec) {
  if (spec == kStandardStream) return {spec, std::nullopt};
  if (spec.starts_with("-:")) return {std::string(kStandardStream), spec.substr(2)};
  if (names_file(spec)) return {spec, std::nullopt};
  for (std::size_t colon = spec.rfind(':'); colon != std::string::npos && colon > 0;
       colon = spec.rfind(':', colon - 1)) {
    std::string path = spec.substr(0, colon);
    if (names_file(path)) return {std::move(path), spec.substr(colon + 1)};
  }
  // Nothing exists: say so about the file that was probably meant.
  for (const std::string_view ending : {".safetensors:", ".npy:"}) {
    const std::size_t found = spec.find(ending);
    if (found == std::string::npos) continue;
    const std::size_t colon = found + ending.size() - 1;
    return {spec.substr(0, colon), spec.substr(colon + 1)};
  }
  return {spec, std::nullopt};
}

/// What stands before the elements, by the extension of the name.
std::string format_header(const std::string& path, const Array& array,
                          const std::string& tensor_name) {
  const Format format = format_of(path);
  const std::uint64_t expected = require_rows(path, array.shape, array.dtype);
  if (array.data.size() != expected) {
    fail(path, fmt::format("the array to write has {} bytes; expected {} for {} of {}",
                           array.data.size(), expected, array.shape_text(), name_of(array.dtype)));
  }
  return format == Format::npy ? format_npy_header(array.dtype, array.shape)
                               : format_safetensors_header(path, array, tensor_name);
}

/// A stream has no extension; its first bytes tell.
bool begins_as_npy(const InputFile& stream) {
  std::array<std::byte, 16> begin{};
  const auto size = std::min<std::uint64_t>(stream.size(), begin.size());
  const auto prefix = std::span(begin).first(static_cast<std::size_t>(size));
  stream.read_at(0, prefix);
  // A .safetensors file begins with the length of its header, and the header is a JSON object.
  if (is_npy(prefix) || (size > 8 && begin[8] == std::byte{'{'})) return is_npy(prefix);
  const std::string_view found(reinterpret_cast<const char*>(begin.data()), prefix.size());
  fail(stream.path(),
       fmt::format("starts with {}; expected a .npy or .safetensors file", quote(found)));
}

}  // namespace

Array read_array(const std::string& spec, std::string* note) {
  const Spec parts = split(spec);
  const bool stream = parts.path == kStandardStream;
  const Format named = stream ? Format::npy : format_of(parts.path);
  const InputFile file(parts.path);
  if (stream ? !begins_as_npy(file) : named == Format::safetensors) {
    return read_safetensors(file, parts.tensor ? &*parts.tensor : nullptr);
  }
  if (parts.tensor) {
    fail(file.path(), fmt::format("found {} after the name; .npy files hold one array without a "
                                  "name",
                                  quote(":" + *parts.tensor)));
  }
  return read_npy(file, note);
}

std::vector<TensorInfo> list_tensors(const std::string& path) {
  if (format_of(path) != Format::safetensors) {
    fail(path, "has no tensor names; expected a .safetensors file");
  }
  return read_safetensors_header(InputFile(path)).tensors;
}

void write_arrays(std::span<const NamedArray> arrays) {
  std::vector<std::string> headers;
  headers.reserve(arrays.size());  // the files hold spans of them
  std::vector<FileContents> files;
  for (const NamedArray& named : arrays) {
    headers.push_back(format_header(named.path, *named.array, named.tensor_name));
    files.push_back(
        {named.path, {std::as_bytes(std::span(headers.back())), named.array->data.bytes()}});
  }
  write_files(files);
}

void write_array(const std::string& path, const Array& array, const std::string& tensor_name) {
  const NamedArray named = {path, &array, tensor_name};
  write_arrays(std::span(&named, 1));
}

}  // namespace samebits::io
