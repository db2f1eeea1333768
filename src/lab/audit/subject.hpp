// SPDX-License-Identifier: Apache-2.0
//
// An implementation under audit: one of samebits's methods on a device, or anyone's shared library.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lab/audit/float_state.hpp"
#include "lab/audit/memory.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab::audit {

/// What a subject can be asked to vary.
struct Capabilities {
  std::vector<DType> dtypes{};
  std::vector<WeightMode> weight_modes{};
  bool threads = false;
  bool chunk = false;
  bool strides = false;
  int alignment_step = 0;  ///< bytes between offsets that it takes; 0: one offset only
  bool in_place = false;
  bool in_place_crossed = false;  ///< y over the residual, and residual_output over x
  bool residual = false;
  bool exact_path = false;             ///< testing::Options::decide_in_integers means something
  bool concurrent_calls = false;       ///< the device takes several calls at once
  bool new_process = false;            ///< Subject::restart() starts it over
  std::vector<std::string> simd{};     ///< best first
  std::vector<std::string> devices{};  ///< others that it can run on
};

/// How a subject's library can go wrong.
enum class Fault { cannot_load, wrong_version, crash, hang, out_of_bounds, error_status };
std::string_view name_of(Fault fault);  // "wrong-version", "out-of-bounds"

class Misbehaviour : public Error {
 public:
  Misbehaviour(Fault fault, const std::string& message)
      : Error(Status::device_failed, message), fault_(fault) {}
  Fault fault() const { return fault_; }

 private:
  Fault fault_;
};

/// One call with its operands placed.
struct SubjectCall {
  RmsNorm norm{};
  testing::Options options{};  ///< threads, chunk, decide_in_integers
  std::string simd{};          ///< one of Capabilities::simd; empty: the subject's own choice
  std::string device{};        ///< one of Capabilities::devices; empty: the subject's
  FloatState environment{};
  /// The y of further callers, who make the same call at the same time.
  std::vector<Matrix> other_outputs{};
  bool new_thread = false;  ///< see Configuration
};

struct CallReport {
  FloatState environment_after{};
  double seconds = 0.0;
};

class Subject {
 public:
  virtual ~Subject() = default;

  virtual std::string name() const = 0;    ///< "exact", "fast-math"
  virtual std::string device() const = 0;  ///< "cpu", "vulkan:0"
  virtual std::string summary() const = 0;
  virtual std::string plugin() const { return {}; }  ///< path of its library
  virtual const Capabilities& capabilities() const = 0;

  /// Something it did to the process when it was loaded; empty: nothing.
  virtual std::string load_effect() const { return {}; }

  /// Where operands are to lie. They stay until the next call.
  virtual Arena& arena(std::size_t bytes) = 0;

  /// From here on it is as if it had just been loaded, where its capabilities say so.
  virtual void restart() {}

  /// Throws Error, or Misbehaviour, after which it can be called again.
  virtual CallReport run(const SubjectCall& call) = 0;
};

/// A method of this library on a device, for one of its operations.
std::unique_ptr<Subject> make_builtin_subject(Method method, const std::string& device,
                                              std::vector<std::string> other_devices,
                                              testing::Operation operation,
                                              const testing::GpuSchedule& gpu);

}  // namespace samebits::lab::audit
