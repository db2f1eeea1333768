// SPDX-License-Identifier: Apache-2.0
//
// What every operation of samebits shares: element formats, views of the caller's memory, where a
// call runs and on whose threads, and errors. Clause numbers such as C3 refer to
// contract/CONTRACT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "samebits/export.h"
#include "samebits/version.h"

namespace samebits {

/// The version of the contract that the operations keep.
inline constexpr const char* kContractVersion = "rms-1";

enum class Status {
  ok = 0,
  invalid_argument,  ///< shapes, dtypes, eps, overlap, options
  unknown_device,    ///< no backend of that name
  not_built,         ///< the backend is known but was left out of this build
  no_device,         ///< the backend is built but finds no device
  unsupported,       ///< this device cannot run that operation, dtype or option
  out_of_memory,
  device_failed,  ///< the device reported an error or was lost
  internal,
};

/// Everything that samebits throws. Of an operation the message starts with its name.
class SAMEBITS_API Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  Status status() const { return status_; }

 private:
  Status status_;
};

// ---- elements and views ------------------------------------------------------------------------

/// Element formats, all IEEE 754 style: binary32, binary16, and the upper half of binary32.
enum class DType { float32, float16, bfloat16 };

SAMEBITS_API std::string_view name_of(DType dtype);

/// Bytes in one element.
constexpr std::size_t size_of(DType dtype) {
  return dtype == DType::float32 ? 4 : 2;
}

/// The format of a C++ type. Specialize it for a 16-bit type of your own that has one of them.
template <class T>
inline constexpr DType kDTypeOf = [] {
  static_assert(sizeof(T) == 0, "samebits has no format for this type; see kDTypeOf");
  return DType::float32;
}();
template <>
inline constexpr DType kDTypeOf<float> = DType::float32;
// GCC 12 has the macro on every target, and the type in C++ on x86 alone.
#if defined(__FLT16_MANT_DIG__) && (defined(__clang__) || defined(__x86_64__) || __GNUC__ >= 13)
#define SAMEBITS_HAS_FLOAT16 1
template <>
inline constexpr DType kDTypeOf<_Float16> = DType::float16;  // std::float16_t, where there is one
#endif
#if defined(__BFLT16_MANT_DIG__)
template <>
inline constexpr DType kDTypeOf<__bf16> = DType::bfloat16;  // std::bfloat16_t, where there is one
#endif

/// Read-only rows: `rows` x `columns` elements of `dtype`; row i starts at element i * row_stride.
/// row_stride counts elements and is at least `columns`. The last axis is the normalized one.
struct ConstMatrix {
  const void* data = nullptr;
  DType dtype = DType::float32;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t row_stride = 0;
};

/// Writable rows, laid out as ConstMatrix, and taken wherever a ConstMatrix is.
struct Matrix {
  void* data = nullptr;
  DType dtype = DType::float32;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t row_stride = 0;

  operator ConstMatrix() const { return {data, dtype, rows, columns, row_stride}; }
};

/// `size` adjacent elements of `dtype`.
struct ConstVector {
  const void* data = nullptr;
  DType dtype = DType::float32;
  std::int64_t size = 0;
};

template <class T>
using MatrixOf = std::conditional_t<std::is_const_v<T>, ConstMatrix, Matrix>;

/// Rows of float, or of a 16-bit type that the compiler has, one behind the other.
template <class T>
MatrixOf<T> view(T* data, std::int64_t rows, std::int64_t columns) {
  return {data, kDTypeOf<std::remove_const_t<T>>, rows, columns, columns};
}

/// The same with `row_stride` elements from one row to the next.
template <class T>
MatrixOf<T> view(T* data, std::int64_t rows, std::int64_t columns, std::int64_t row_stride) {
  return {data, kDTypeOf<std::remove_const_t<T>>, rows, columns, row_stride};
}

template <class T>
ConstVector view(const T* data, std::int64_t size) {
  return {data, kDTypeOf<T>, size};
}

template <class T>
ConstVector view(std::span<T> elements) {
  return {elements.data(), kDTypeOf<std::remove_const_t<T>>,
          static_cast<std::int64_t>(elements.size())};
}

/// Anything shaped like std::mdspan, of two axes: data_handle(), extent(i), stride(i). Throws Error
/// (invalid_argument) unless the elements of a row are adjacent.
template <class Span>
requires requires(const Span& s) {
  s.data_handle(), s.extent(1), s.stride(1);
}
auto view(const Span& rows) {
  using T = std::remove_pointer_t<decltype(rows.data_handle())>;
  const auto stride = static_cast<std::int64_t>(rows.stride(1));
  if (stride != 1 && rows.extent(1) > 1) {
    throw Error(Status::invalid_argument, "view: the columns are " + std::to_string(stride) +
                                              " elements apart; they must be adjacent");
  }
  return MatrixOf<T>{rows.data_handle(), kDTypeOf<std::remove_const_t<T>>,
                     static_cast<std::int64_t>(rows.extent(0)),
                     static_cast<std::int64_t>(rows.extent(1)),
                     static_cast<std::int64_t>(rows.stride(0))};
}

// ---- where a call runs -------------------------------------------------------------------------

/// The kinds of device that this version knows, built or not.
enum class Backend { cpu, vulkan, metal };

/// One device. All processors together are one, the first of its kind.
struct Device {
  Backend backend = Backend::cpu;
  int index = 0;  ///< as devices() counts them

  /// "cpu", "vulkan" (its first device), "vulkan:1". Throws Error (unknown_device).
  SAMEBITS_API static Device parse(std::string_view name);

  bool operator==(const Device&) const = default;
};

/// "cpu", "vulkan:0": what Device::parse takes.
SAMEBITS_API std::string name_of(Device device);

/// Threads that are the caller's: a pool of an engine's own, for one. Any number of calls may run
/// on one at the same time, if it allows that.
class SAMEBITS_API Executor {
 public:
  virtual ~Executor();

  /// Threads that run() may use, the caller's included; at least 1.
  virtual int concurrency() const = 0;

  /// Calls task(context, i) once for every i in [0, tasks), on any threads, in any order, and
  /// returns when all of them have returned. task throws nothing. Tasks share their work, so that
  /// one left out, or done twice, costs time and no bits; one that runs on when run() has returned
  /// reads what is gone.
  virtual void run(std::int64_t tasks, void (*task)(void* context, std::int64_t i),
                   void* context) = 0;
};

/// Where a call runs, and on whose threads. Nothing of it moves a bit of the result.
struct Where {
  Device device{};
  int threads = 0;               ///< on the CPU, at most; 0: one for each core, or the executor's
  Executor* executor = nullptr;  ///< whose threads; null: those that samebits keeps
};

/// Whether something can be done.
struct Support {
  Status status = Status::ok;
  std::string reason{};  ///< why not

  explicit operator bool() const { return status == Status::ok; }
};

/// One device, or the reason why there is none.
struct DeviceInfo {
  Device device{};
  std::string name{};         ///< name_of(device); where there is none, the backend's
  std::string description{};  ///< processor or GPU name, driver
  Status status = Status::ok;
  std::string reason{};   ///< why not, when status is not ok
  bool software = false;  ///< a GPU interface run by the processor
  std::vector<DType> dtypes{};
};

/// Every backend that this version knows, built or not, with every device of those built.
SAMEBITS_API std::vector<DeviceInfo> devices();

}  // namespace samebits
