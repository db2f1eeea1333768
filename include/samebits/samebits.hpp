// SPDX-License-Identifier: Apache-2.0
//
// samebits: RMSNorm whose output bits do not depend on how it was computed.
//
//   std::vector<float> x(rows * columns), w(columns), y(rows * columns);
//   samebits::rms_norm({.x = samebits::view(x.data(), rows, columns),
//                       .weight = samebits::view(w.data(), columns),
//                       .y = samebits::view(y.data(), rows, columns)},
//                      {.eps = 1e-6});
//
// What is computed, to the last bit, is written in contract/CONTRACT.md; clause numbers such as
// C3 refer to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "samebits/export.h"
#include "samebits/version.h"

namespace samebits {

/// The version of the contract that `Method::exact` implements.
inline constexpr const char* kContractVersion = "rms-1";

/// Element formats, all IEEE 754 style: binary32, binary16, and the upper half of binary32.
enum class DType { float32, float16, bfloat16 };

/// How the weight enters (C5); the source of each convention is named.
enum class WeightMode {
  scale,       ///< y = RN(RN32(t * w))                torch.nn.functional.rms_norm
  none,        ///< y = RN(t)                          no weight
  cast_first,  ///< y = RN(RN32(RN(t) * w))            Llama's modelling code
  one_plus,    ///< y = RN(RN32(t * RN32(1 + w)))      Gemma's modelling code
};

/// What is normalized when a residual d is given (C6). Both are in use in the field under the
/// name "fused add RMSNorm", and they are different functions.
enum class ResidualMode {
  rounded,    ///< the sum as stored, RN(x + d)
  unrounded,  ///< the float32 sum, RN32(x + d)
};

/// How a row's sum of squares is formed. Only `exact` keeps the contract; the others are the ways
/// it is usually done, kept to be measured beside it.
enum class Method {
  exact,             ///< any order at all, then rounded correctly: the contract
  standard,          ///< one float32 pass with the widest SIMD lanes
  chunked,           ///< float32 chunks added in index order
  chunked_parallel,  ///< float32 chunks added in the order in which threads finish them
  adaptive,          ///< float32 with a width chosen from the number of rows
};

SAMEBITS_API std::string_view name_of(DType dtype);
SAMEBITS_API std::string_view name_of(WeightMode mode);
SAMEBITS_API std::string_view name_of(ResidualMode mode);
SAMEBITS_API std::string_view name_of(Method method);

/// Bytes in one element.
SAMEBITS_API std::size_t size_of(DType dtype);

/// Every method, in the order in which reports list them.
SAMEBITS_API std::span<const Method> all_methods();

enum class Status {
  ok = 0,
  invalid_argument,  ///< shapes, dtypes, eps, overlap, options
  unknown_device,    ///< no backend of that name
  not_built,         ///< the backend is known but was left out of this build
  no_device,         ///< the backend is built but finds no device
  unsupported,       ///< this device cannot run that method, dtype or option
  out_of_memory,
  device_failed,  ///< the device reported an error or was lost
  internal,
};

/// Everything that samebits throws. The message starts with the operation's name.
class SAMEBITS_API Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  Status status() const { return status_; }

 private:
  Status status_;
};

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

inline Matrix view(float* data, std::int64_t rows, std::int64_t columns) {
  return {data, DType::float32, rows, columns, columns};
}
inline ConstMatrix view(const float* data, std::int64_t rows, std::int64_t columns) {
  return {data, DType::float32, rows, columns, columns};
}
inline ConstVector view(const float* data, std::int64_t size) {
  return {data, DType::float32, size};
}
inline ConstMatrix as_const(const Matrix& m) {
  return {m.data, m.dtype, m.rows, m.columns, m.row_stride};
}

/// The operands. Absent ones keep data == nullptr.
///
/// Shapes: x, residual, y and residual_output are rows x columns of one dtype T; weight has
/// `columns` elements of T or float32. In place is allowed: y or residual_output may be exactly
/// the same view as x or residual. Any other overlap with an output is an error.
struct Operands {
  ConstMatrix x{};
  ConstVector weight{};
  ConstMatrix residual{};
  Matrix y{};
  Matrix residual_output{};  ///< receives h = RN(x + residual); may be absent
};

/// What a call did; for tests, and for `samebits norm --stats`.
struct RunStats {
  std::int64_t rows = 0;
  std::int64_t exact_path_rows = 0;  ///< rows whose inverse RMS was decided in integers (C8)
  std::int64_t ambiguous_rows = 0;   ///< of those, rows where verification had failed (C7)
};

/// Options. With `Method::exact` nothing below the line changes a bit of the result; that is the
/// point, and `samebits audit` is there to doubt it.
struct Options {
  double eps = 1e-6;  ///< added to the mean square; 0 or in [2^-100, 2^100]
  WeightMode weight_mode = WeightMode::scale;  ///< without a weight: as `none`
  ResidualMode residual_mode = ResidualMode::rounded;
  Method method = Method::exact;
  // --------------------------------------------------------------------------------------------
  std::string_view device = "cpu";     ///< "cpu", "vulkan", "vulkan:1", ...; see devices()
  int threads = 0;                     ///< 0: one for each core
  std::int64_t chunk = 0;              ///< columns a chunk; 0: the method's own (64)
  std::int64_t adaptive_rows = 256;    ///< `adaptive`: from so many rows on, narrow blocks
  std::int64_t adaptive_wide = 1024;   ///< `adaptive`: block width below that
  std::int64_t adaptive_narrow = 256;  ///< `adaptive`: block width from there on
  std::string_view simd = {};          ///< a name from simd_targets(); empty: the best
  bool force_exact_path = false;       ///< `exact`: decide every row in integers
  RunStats* stats = nullptr;           ///< filled if given
};

/// Normalizes each row of x:  y = x * r * weight,  r = 1 / sqrt(mean(x^2) + eps),  with the
/// roundings of contract/CONTRACT.md. Zero rows are valid; zero columns are not.
///
/// Thread-safe. Does not print, abort, or change the caller's floating-point environment; does
/// not depend on it either. Allocates nothing after the first call with `Method::exact`.
/// Throws Error: for wrong arguments before anything is written; where a device fails midway, the
/// outputs then hold nothing that can be relied on.
SAMEBITS_API void rms_norm(const Operands& operands, const Options& options = {});

/// One call made ready on a device: operands there, shaders compiled. For whoever runs it again and
/// again, as a program does that keeps its data on the device, and for honest timing: what run()
/// takes is the work and nothing else.
class SAMEBITS_API PreparedCall {
 public:
  virtual ~PreparedCall() = default;

  /// Does the work once and waits for its end. On the CPU it reads and writes the operands in
  /// place; elsewhere the results stay on the device until fetch(). Throws Error.
  virtual void run() = 0;

  /// The last run() by the device's own clock, in seconds; negative where it has none.
  virtual double device_seconds() const { return -1.0; }

  /// Uploads the inputs again, or downloads the outputs. On the CPU there is nothing to do.
  virtual void upload() {}
  virtual void fetch() {}
};

/// Checks and prepares a call. The operands' memory must outlive the result. Options::stats is
/// filled by fetch() on devices other than the CPU. Throws Error.
SAMEBITS_API std::unique_ptr<PreparedCall> prepare(const Operands& operands,
                                                   const Options& options = {});

/// A plain copy of so many bytes, a multiple of 4, between two buffers of the device's own: run()
/// does it once. What a method can hope for there, as its speed is bound by memory. For GPUs; on
/// the CPU, whose best copy depends on threads and caches, it throws Status::unsupported.
SAMEBITS_API std::unique_ptr<PreparedCall> prepare_copy(std::string_view device,
                                                        std::int64_t bytes);

/// One device, or the reason why there is none.
struct DeviceInfo {
  std::string name{};         ///< what Options::device takes: "cpu", "vulkan:0"
  std::string description{};  ///< processor or GPU name, driver
  Status status = Status::ok;
  std::string reason{};   ///< why not, when status is not ok
  bool software = false;  ///< a GPU interface run by the processor
  std::vector<Method> methods{};
  std::vector<DType> dtypes{};
};

/// Every backend that this version knows, built or not, with every device of those built.
SAMEBITS_API std::vector<DeviceInfo> devices();

/// The SIMD targets that this build holds and this processor can run, best first.
SAMEBITS_API std::vector<std::string> simd_targets();

}  // namespace samebits
