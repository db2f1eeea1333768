// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu/gpu_support.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace samebits::test {
namespace {

constexpr const char* kArithmetic = "SAMEBITS_VULKAN_ARITHMETIC";
constexpr const char* kKnobs = "SAMEBITS_VULKAN_KNOBS";

/// Switches Khronos's validation layer on, synchronization validation included, for every call of
/// the program, and fails at the end if it had anything to say.
class Validation final : public ::testing::Environment {
 public:
  void SetUp() override {
    namespace fs = std::filesystem;
    directory_ = fs::temp_directory_path() / fmt::format("samebits_validation_{}", getpid());
    fs::create_directories(directory_);
    log_ = directory_ / "log.txt";
    write_settings();
    setenv("VK_INSTANCE_LAYERS", "VK_LAYER_KHRONOS_validation", 1);
    setenv("VK_LAYER_SETTINGS_PATH", directory_.c_str(), 1);
    on_ = has_usable_device();
  }

  void TearDown() override {
    std::ifstream file(log_);
    const std::string messages{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(messages, "") << "the validation layer has complaints";
    // The layer makes the file when it starts, so a missing one means that nothing was validated.
    if (on_) {
      EXPECT_TRUE(std::filesystem::exists(log_))
          << "the validation layer did not run; install vulkan-validationlayers";
    }
    std::filesystem::remove_all(directory_);
  }

 private:
  static bool has_usable_device() {
    for (const DeviceInfo& device : devices()) {
      if (device.name.starts_with("vulkan:") && device.status == Status::ok) return true;
    }
    return false;
  }

  void write_settings() const {
    std::ofstream settings(directory_ / "vk_layer_settings.txt");
    settings << "khronos_validation.debug_action = VK_DBG_LAYER_ACTION_LOG_MSG\n"
             << "khronos_validation.report_flags = error,warn\n"
             << "khronos_validation.log_filename = " << log_.string() << "\n"
             << "khronos_validation.enables = "
                "VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT\n";
  }

  std::filesystem::path directory_;
  std::filesystem::path log_;
  bool on_ = false;
};

[[maybe_unused]] const ::testing::Environment* const validation =
    ::testing::AddGlobalTestEnvironment(new Validation);

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
  setenv(kKnobs, path.knobs.c_str(), 1);
}

UsePath::~UsePath() {
  unsetenv(kArithmetic);
  unsetenv(kKnobs);
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
