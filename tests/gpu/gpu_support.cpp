// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu/gpu_support.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace samebits::test {
namespace {

constexpr const char* kArithmetic = "SAMEBITS_VULKAN_ARITHMETIC";
constexpr const char* kKnobs = "SAMEBITS_VULKAN_KNOBS";

/// Every call of these tests finds its outputs on the device filled with a pattern.
constexpr const char* kPoison = "poison";

[[maybe_unused]] const int poisoned = setenv(kKnobs, kPoison, 1);

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
  for (const DeviceInfo& device : vulkan_devices()) {
    for (const char* arithmetic : {"double", "integer"}) {
      for (const char* knobs : {"", "soft"}) {
        const GpuPath path{device.name, arithmetic, knobs};
        Problem p;
        p.x = lab::random_rows(DType::float32, 1, 1, 1);
        try {
          run_on(path, p);
          paths.push_back(path);
        } catch (const Error& error) {
          // A device without float64 cannot run that path; nothing else may be missing.
          EXPECT_EQ(error.status(), Status::unsupported) << error.what();
          EXPECT_STREQ(arithmetic, "double") << error.what();
          fmt::print("not tested on {}: {}\n", path.text(), error.what());
        }
      }
    }
  }
  return paths;
}

UsePath::UsePath(const GpuPath& path) {
  setenv(kArithmetic, path.arithmetic.c_str(), 1);
  setenv(kKnobs, (path.knobs + "," + kPoison).c_str(), 1);
}

UsePath::~UsePath() {
  unsetenv(kArithmetic);
  setenv(kKnobs, kPoison, 1);
}

Answer run_on(const GpuPath& path, Problem problem) {
  const UsePath use(path);
  problem.options.device = path.device;
  return run(problem);
}

std::string difference(const Answer& a, const Answer& b) {
  std::string found = difference(a.y, b.y);
  if (found.empty() && a.h && b.h) found = "h: " + difference(*a.h, *b.h);
  return found == "h: " ? "" : found;
}

}  // namespace samebits::test
