// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

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

class CpuBackend final : public DeviceBackend {
 public:
  std::vector<DeviceInfo> devices(std::string& /*reason*/) override {
    const int threads = core::available_cores();
    return {{.name = name_of(Device{}),
             .description = fmt::format("{}, {} thread{}, {}", processor_name(), threads,
                                        threads == 1 ? "" : "s", name_of(cpu::targets().front())),
             .dtypes = {DType::float32, DType::float16, DType::bfloat16}}};
  }

  void require(const core::Call& call, int index) override {
    require_first(index);
    cpu::target_of(call.options.simd);
  }

  void run(const core::Call& call, int index) override {
    require_first(index);
    const cpu::Job job(call);
    switch (call.options.method) {
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

 private:
  static void require_first(int index) {
    if (index == 0) return;
    throw Error(
        Status::no_device,
        fmt::format("there is no device 'cpu:{}'; all processors together are 'cpu'", index));
  }
};

}  // namespace

DeviceBackend* cpu_backend() {
  // Never destroyed: another thread may be in a call when the program ends.
  static auto* const backend = new CpuBackend;
  return backend;
}

}  // namespace samebits::backends
