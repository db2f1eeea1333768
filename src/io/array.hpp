// SPDX-License-Identifier: Apache-2.0
//
// Arrays in memory and in files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/file.hpp"  // write_file, which reports use beside write_array
#include "samebits/core.hpp"

namespace samebits::io {

/// Owned bytes at an address that is a multiple of 64: one cache line, one AVX-512 register.
class AlignedBytes {
 public:
  AlignedBytes() = default;
  /// Zeros. Size 0 has an address too, since a null one means "absent" in Operands.
  explicit AlignedBytes(std::size_t size);
  AlignedBytes(const AlignedBytes& other);
  AlignedBytes(AlignedBytes&& other) noexcept;
  AlignedBytes& operator=(AlignedBytes other) noexcept;  // both copy and move
  ~AlignedBytes() = default;

  std::byte* data() { return memory_.get(); }
  const std::byte* data() const { return memory_.get(); }
  std::size_t size() const { return size_; }
  std::span<std::byte> bytes() { return {data(), size_}; }
  std::span<const std::byte> bytes() const { return {data(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  std::unique_ptr<std::byte, Free> memory_;
  std::size_t size_ = 0;
};

/// A dense array: row-major, little-endian. The last axis is the row (the hidden size).
struct Array {
  DType dtype = DType::float32;
  std::vector<std::int64_t> shape;
  AlignedBytes data;

  std::int64_t columns() const;   ///< the last axis
  std::int64_t rows() const;      ///< the product of the others: 1 for a 1-D array
  std::int64_t elements() const;  ///< rows() * columns()
  ConstMatrix matrix() const;
  Matrix matrix();
  ConstVector vector() const;      ///< all elements, adjacent
  std::string shape_text() const;  ///< "8x512x4096"
};

/// An array of zeros. Fails if the shape has no axes, a last axis of 0, or too many elements.
Array make_array(DType dtype, std::vector<std::int64_t> shape);

/// Reads FILE (.npy, or .safetensors with one tensor) or FILE:TENSOR (.safetensors). The name of a
/// file that exists is taken as it is, colons and all. FILE may be kStandardStream, which can be
/// read once. `note` may be null; it gets a sentence for the user if bytes of the file are passed
/// over.
Array read_array(const std::string& spec, std::string* note = nullptr);

/// One tensor of a .safetensors file, whether or not its dtype can be read.
struct TensorInfo {
  std::string name;
  std::string dtype_name;            ///< as in the file: "F32", "I64"
  std::optional<DType> dtype;        ///< nothing if read_array cannot read it
  std::vector<std::uint64_t> shape;  ///< the format takes any lengths and number of axes
  std::uint64_t begin = 0;           ///< where its bytes lie, counted from the end of the header
  std::uint64_t end = 0;

  std::string shape_text() const;  ///< "8x512x4096"; "scalar" without axes
};

/// The tensors of a .safetensors file, in the order of its header.
std::vector<TensorInfo> list_tensors(const std::string& path);

/// Writes .npy or .safetensors, as the extension says, whole or not at all (see write_file); to
/// kStandardStream, .npy.
/// `tensor_name` is for .safetensors.
void write_array(const std::string& path, const Array& array,
                 const std::string& tensor_name = "output");

/// An array and the name of its file.
struct NamedArray {
  std::string path;
  const Array* array;
  std::string tensor_name = "output";
};

/// The same for several arrays: all files are written, or none is touched.
void write_arrays(std::span<const NamedArray> arrays);

}  // namespace samebits::io
