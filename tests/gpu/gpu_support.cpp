// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu/gpu_support.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace samebits::test {
namespace {

bool may_lack_gpu() {
  const char* allowed = std::getenv("SAMEBITS_ALLOW_NO_GPU");
  return allowed != nullptr && std::string(allowed) == "1";
}

}  // namespace

std::vector<DeviceInfo> vulkan_devices() {
  std::vector<DeviceInfo> usable;
  std::string reasons;
  for (const DeviceInfo& device : devices()) {
    if (!device.name.starts_with("vulkan")) continue;
    if (device.status == Status::ok) {
      usable.push_back(device);
    } else {
      reasons += fmt::format("{}: {}\n", device.name, device.reason);
    }
  }
  if (usable.empty()) {
    fmt::print(stderr, "NO VULKAN DEVICE: NOTHING OF THIS TEST RAN.\n{}", reasons);
    if (!may_lack_gpu()) {
      ADD_FAILURE() << "no Vulkan device; install mesa-vulkan-drivers for a software one, or set "
                       "SAMEBITS_ALLOW_NO_GPU=1\n"
                    << reasons;
    }
  }
  return usable;
}

std::vector<GpuPath> arithmetic_paths() {
  std::vector<GpuPath> paths;
  Problem p;
  p.x = lab::random_rows(DType::float32, 1, 1, 1);
  io::Array y = p.x;
  RmsNorm norm = p.norm();
  norm.y = y.matrix();
  for (const DeviceInfo& device : vulkan_devices()) {
    for (const auto arithmetic :
         {testing::Arithmetic::in_double, testing::Arithmetic::in_integers}) {
      for (const bool soft : {false, true}) {
        const GpuPath path{device.device, {.arithmetic = arithmetic, .soft = soft}};
        const Support support = testing::supports(norm, {.device = path.device, .gpu = path.gpu});
        if (support) {
          paths.push_back(path);
          continue;
        }
        // A device without float64 cannot run that path; nothing else may be missing.
        EXPECT_EQ(support.status, Status::unsupported) << support.reason;
        EXPECT_EQ(arithmetic, testing::Arithmetic::in_double) << support.reason;
        fmt::print("not tested on {}: {}\n", path.text(), support.reason);
      }
    }
  }
  return paths;
}

std::string GpuPath::text() const {
  std::string text = name_of(device);
  if (gpu.arithmetic == testing::Arithmetic::in_double) text += " in double";
  if (gpu.arithmetic == testing::Arithmetic::in_integers) text += " in integers";
  if (gpu.soft) text += ", soft";
  if (gpu.staging) text += ", staging";
  if (gpu.binding != 0) text += fmt::format(", binding={}", gpu.binding);
  if (gpu.threads != 0) text += fmt::format(", threads={}", gpu.threads);
  if (gpu.loops != 0) text += fmt::format(", loops={}", gpu.loops);
  return text;
}

Answer run_on(const GpuPath& path, Problem problem) {
  problem.options.device = path.device;
  problem.options.gpu = path.gpu;
  problem.options.gpu.poison = true;
  return run(problem);
}

std::string difference(const Answer& a, const Answer& b) {
  std::string found = difference(a.y, b.y);
  if (found.empty() && a.h && b.h) found = "h: " + difference(*a.h, *b.h);
  return found == "h: " ? "" : found;
}

}  // namespace samebits::test
