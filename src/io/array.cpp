// SPDX-License-Identifier: Apache-2.0
#include "io/array.hpp"

#include <fmt/format.h>

#include <cstring>
#include <new>
#include <utility>

#include "io/shape.hpp"

namespace samebits::io {
namespace {

constexpr std::size_t kAlignment = 64;

std::byte* allocate(std::size_t size) {
  // Whole lines, so that no other allocation shares the last one; and never 0 bytes.
  const std::size_t rounded = (size / kAlignment + 1) * kAlignment;
  // nothrow, because sanitizers end the program where they should throw.
  void* memory = ::operator new (rounded, std::align_val_t{kAlignment}, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<std::byte*>(memory);
}

}  // namespace

void AlignedBytes::Free::operator()(std::byte* memory) const {
  ::operator delete (memory, std::align_val_t{kAlignment});
}

AlignedBytes::AlignedBytes(std::size_t size) : memory_(allocate(size)), size_(size) {
  std::memset(memory_.get(), 0, size);
}

AlignedBytes::AlignedBytes(const AlignedBytes& other) {
  if (other.data() == nullptr) return;
  memory_.reset(allocate(other.size_));
  size_ = other.size_;
  std::memcpy(data(), other.data(), size_);
}

AlignedBytes::AlignedBytes(AlignedBytes&& other) noexcept
    : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, 0)) {}

AlignedBytes& AlignedBytes::operator=(AlignedBytes other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(size_, other.size_);
  return *this;
}

std::int64_t Array::columns() const {
  return shape.empty() ? 0 : shape.back();
}

std::int64_t Array::rows() const {
  if (shape.empty()) return 0;
  std::int64_t product = 1;
  for (std::size_t axis = 0; axis + 1 < shape.size(); ++axis) product *= shape[axis];
  return product;
}

std::int64_t Array::elements() const {
  return rows() * columns();
}

ConstMatrix Array::matrix() const {
  return {data.data(), dtype, rows(), columns(), columns()};
}

Matrix Array::matrix() {
  return {data.data(), dtype, rows(), columns(), columns()};
}

ConstVector Array::vector() const {
  return {data.data(), dtype, elements()};
}

std::string Array::shape_text() const {
  return io::shape_text(shape);
}

std::string TensorInfo::shape_text() const {
  return io::shape_text(shape);
}

Array make_array(DType dtype, std::vector<std::int64_t> shape) {
  const std::uint64_t bytes = require_rows("make_array", shape, dtype);
  try {
    return {dtype, std::move(shape), AlignedBytes(static_cast<std::size_t>(bytes))};
  } catch (const std::bad_alloc&) {
    throw Error(Status::out_of_memory, fmt::format("make_array: no memory for {} bytes", bytes));
  }
}

}  // namespace samebits::io
