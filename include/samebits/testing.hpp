// SPDX-License-Identifier: Apache-2.0
//
// For tests and benchmarks: every knob that may not move a bit of rms_norm(), to be turned at will,
// and calls made ready to be timed. None of it is needed to use samebits, and any of it may change
// with any version.
#pragma once

#include <memory>

#include "samebits/baselines.hpp"

namespace samebits::testing {

/// A set of vector instructions. The default is the best that this processor has.
struct Simd {
  std::int64_t target = 0;

  /// Throws Error (invalid_argument) for what simd_targets() does not have.
  SAMEBITS_API static Simd parse(std::string_view name);

  bool operator==(const Simd&) const = default;
};

/// "AVX2"; of the default: that of the best target.
SAMEBITS_API std::string_view name_of(Simd simd);

/// The SIMD targets that this build holds and this processor can run, best first.
SAMEBITS_API std::span<const Simd> simd_targets();

/// A norm with RmsNorm's operands, or some of them. The default is RMSNorm itself.
struct Operation {
  int number = 0;

  /// "rms_norm". Throws Error (invalid_argument) for what operations() does not have.
  SAMEBITS_API static Operation parse(std::string_view name);

  bool operator==(const Operation&) const = default;
};

SAMEBITS_API std::span<const Operation> operations();
SAMEBITS_API std::string_view name_of(Operation operation);
SAMEBITS_API std::string_view title_of(Operation operation);    ///< "RMSNorm"
SAMEBITS_API std::string_view formula_of(Operation operation);  ///< "y = ..."
SAMEBITS_API bool has_weight(Operation operation);
SAMEBITS_API bool has_residual(Operation operation);

/// How `exact` sums squares on a GPU.
enum class Arithmetic {
  automatic,  ///< double where the device has it
  in_double,
  in_integers,
};

/// What a GPU is asked to do otherwise than it would.
struct GpuSchedule {
  Arithmetic arithmetic = Arithmetic::automatic;
  bool soft = false;          ///< float32 in integers, as for devices that promise no rounding
  bool staging = false;       ///< copy through staging buffers even where memory is shared
  std::uint64_t binding = 0;  ///< if not 0: as if the device bound no more bytes at once
  std::uint32_t threads = 0;  ///< if not 0: in a workgroup; a power of two from 8 to 256
  std::int64_t loops = 0;  ///< if not 0: as if the device stopped the loops of an invocation after
                           ///< so many iterations, 64 or more
  bool poison = false;     ///< fill the outputs on the device with a pattern before each run

  bool operator==(const GpuSchedule&) const = default;
};

/// What a call did.
struct RunStats {
  std::int64_t rows = 0;
  std::int64_t integer_rows = 0;    ///< rows whose inverse RMS was decided in integers (C8)
  std::int64_t ambiguous_rows = 0;  ///< of those, rows where verification had failed (C7)
};

/// Which norm, and everything about a call but its operands. With Method::exact nothing below
/// `method` moves a bit.
struct Options {
  Operation operation{};
  Method method = Method::exact;
  Device device{};
  int threads = 0;                   ///< as Where
  Executor* executor = nullptr;      ///< as Where
  std::int64_t chunk = 0;            ///< columns a chunk; 0: the method's own
  std::int64_t adaptive_rows = 256;  ///< as baselines::Baseline, and the next two
  std::int64_t adaptive_wide = 1024;
  std::int64_t adaptive_narrow = 256;
  Simd simd{};
  bool decide_in_integers = false;  ///< `exact`: every row (C8)
  GpuSchedule gpu{};
  RunStats* stats = nullptr;  ///< filled if given; not to be shared by calls at the same time
};

/// Options::operation on those operands. Throws Error.
SAMEBITS_API void run(const RmsNorm& norm, const Options& options);
SAMEBITS_API Support supports(const RmsNorm& norm, const Options& options);

/// One call made ready on a device: operands there, shaders compiled. For honest timing: what run()
/// takes is the work and nothing else. One thread at a time may use it.
class SAMEBITS_API PreparedCall {
 public:
  virtual ~PreparedCall();

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
SAMEBITS_API std::unique_ptr<PreparedCall> prepare(const RmsNorm& norm,
                                                   const Options& options = {});

/// A plain copy of so many bytes, a multiple of 4, between two buffers of the device's own: run()
/// does it once. What a method can hope for there, as its speed is bound by memory. For GPUs; on
/// the CPU, whose best copy depends on threads and caches, it throws Status::unsupported.
SAMEBITS_API std::unique_ptr<PreparedCall> prepare_copy(Device device, std::int64_t bytes);

}  // namespace samebits::testing
