// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <string>

#include "core/thread_pool.hpp"
#include "devices/backend.hpp"
#include "devices/cpu/job.hpp"

namespace samebits::backends {
namespace {

/// The processor's name as the system tells it.
std::string processor_name() {
#if defined(__linux__)
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
#endif
#if defined(__aarch64__)
  return "AArch64 processor";
#else
  return "x86-64 processor";
#endif
}

class CpuBackend final : public Backend {
 public:
  std::vector<DeviceInfo> devices(std::string& /*reason*/) override {
    const auto methods = all_methods();
    const int threads = core::available_cores();
    return {{.name = "cpu",
             .description = processor_name() + ", " + std::to_string(threads) +
                            (threads == 1 ? " thread, " : " threads, ") +
                            std::string(cpu::targets().front().name),
             .methods = {methods.begin(), methods.end()},
             .dtypes = {DType::float32, DType::float16, DType::bfloat16}}};
  }

  void rms_norm(const Operands& operands, const Options& options, int index) override {
    require_first(index);
    const cpu::Job job(operands, options);
    switch (options.method) {
      case Method::exact:
        cpu::run_exact(job);
        break;
      case Method::chunked_parallel:
        cpu::run_chunked_parallel(job);
        break;
      default:
        cpu::run_in_float32(job);
        break;
    }
  }
  std::unique_ptr<PreparedCall> prepare(const Operands& operands, const Options& options,
                                        int index) override {
    require_first(index);
    return Backend::prepare(operands, options, index);
  }

 private:
  static void require_first(int index) {
    if (index == 0) return;
    throw Error(Status::no_device, "rms_norm: there is no device 'cpu:" + std::to_string(index) +
                                       "'; all processors together are 'cpu'");
  }
};

}  // namespace

Backend* cpu_backend() {
  // Never destroyed: another thread may be in a call when the program ends.
  static auto* const backend = new CpuBackend;
  return backend;
}

}  // namespace samebits::backends
