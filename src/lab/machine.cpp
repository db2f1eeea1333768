// SPDX-License-Identifier: Apache-2.0
#include "lab/machine.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "core/thread_pool.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab {
namespace {

/// PRETTY_NAME of /etc/os-release: "Debian GNU/Linux 12 (bookworm)"; empty where there is none.
std::string distribution() {
  std::ifstream file("/etc/os-release");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("PRETTY_NAME=")) continue;
    line.erase(0, line.find('=') + 1);
    std::erase(line, '"');
    return line + ", ";
  }
  return {};
}

std::string system_name() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  return fmt::format("{}{} {} {}", distribution(), name.sysname, name.release, name.machine);
}

std::string compiler_name() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#else
  return "unknown";
#endif
}

/// The processor as the CPU backend describes it, up to its first comma.
std::string processor_name() {
  for (const DeviceInfo& device : devices()) {
    if (device.name == "cpu") return device.description.substr(0, device.description.find(','));
  }
  return "unknown";
}

double load_average() {
  double minute = -1.0;
  return getloadavg(&minute, 1) == 1 ? minute : -1.0;
}

}  // namespace

Machine this_machine() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return {.processor = processor_name(),
          .cores = core::available_cores(),
          .simd = std::string(name_of(testing::Simd{})),
          .system = system_name(),
          .compiler = compiler_name(),
          .samebits = SAMEBITS_VERSION,
          .contract = kContractVersion,
          .load = load_average(),
          .measured_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)))};
}

}  // namespace samebits::lab
