// SPDX-License-Identifier: Apache-2.0
//
// fork() and a GPU: a child computes, or is told why it cannot, at once; it never waits for threads
// that only its parent has.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

#include "process/child.hpp"
#include "samebits/testing.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kRows = 5;
constexpr std::int64_t kColumns = 1000;
constexpr int kNoDevice = 77;

struct Rows {
  std::vector<float> x = std::vector<float>(kRows * kColumns);
  std::vector<float> y = std::vector<float>(kRows * kColumns);

  Rows() {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 977) * 0.37f - 100.0f;
    std::memset(y.data(), 0xA5, y.size() * sizeof(float));
  }
  RmsNorm norm() {
    return {.x = view(std::as_const(x).data(), kRows, kColumns),
            .y = view(y.data(), kRows, kColumns)};
  }
};

constexpr Device kVulkan{Backend::vulkan};

/// For a child: 0 if `device` gives the processor's bits.
int compute(Device device) {
  Rows here, there;
  rms_norm(here.norm());
  rms_norm(there.norm(), {.device = device});
  return std::memcmp(here.y.data(), there.y.data(), here.y.size() * sizeof(float)) == 0 ? 0 : 1;
}

/// For a child: 0 if the call says that the process was forked, and the processor still computes.
template <class Call>
int expect_refusal(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    if (error.status() != Status::device_failed) return 2;
    if (std::string_view(error.what()).find("fork()") == std::string_view::npos) return 3;
    return compute(Device{});
  }
  return 4;
}

bool has_vulkan() {
  for (const auto& device : devices()) {
    if (device.name == "vulkan:0" && device.status == Status::ok) return true;
  }
  return false;
}

/// Runs the child and expects how it ends. Where it found no device the test fails, as all GPU
/// tests do, or is skipped if SAMEBITS_ALLOW_NO_GPU=1 says that there need not be one.
template <class Function>
void expect_child(const std::string& expected, const Function& function) {
  const std::string end = in_child(60, function);
  const char* allowed = std::getenv("SAMEBITS_ALLOW_NO_GPU");
  if (end == "exit " + std::to_string(kNoDevice) && allowed != nullptr &&
      std::string_view(allowed) == "1") {
    GTEST_SKIP() << "no Vulkan device";
  }
  EXPECT_EQ(end, expected);
}

// Each test in processes of its own, since what matters is who used Vulkan first. This program's
// main process never does.
TEST(VulkanProcess, ChildOfAParentThatUsedVulkanIsToldSo) {
  expect_child("exit 0", [] {
    if (!has_vulkan()) return kNoDevice;
    if (compute(kVulkan) != 0) return 10;
    const auto refuse = [] { return expect_refusal([] { compute(kVulkan); }); };
    if (in_child(20, refuse) != "exit 0") return 11;
    return compute(kVulkan);
  });
}

TEST(VulkanProcess, ChildListsNoDeviceAndLeavesByExit) {
  expect_child("exit 0", [] {
    if (!has_vulkan()) return kNoDevice;
    const auto list = []() -> int { std::exit(has_vulkan() ? 1 : 0); };
    return in_child(20, list) == "exit 0" ? 0 : 11;
  });
}

TEST(VulkanProcess, ChildCannotRunItsParentsPreparedCall) {
  expect_child("exit 0", [] {
    if (!has_vulkan()) return kNoDevice;
    Rows rows;
    auto call = testing::prepare(rows.norm(), {.device = kVulkan});
    call->run();
    const auto refuse = [&] {
      const int result = expect_refusal([&] { call->run(); });
      call.reset();  // must not wait for the driver either
      return result;
    };
    return in_child(20, refuse) == "exit 0" ? 0 : 11;
  });
}

TEST(VulkanProcess, ChildrenOfAParentThatOnlyUsedTheProcessorCompute) {
  ASSERT_EQ(compute(Device{}), 0);
  for (int i = 0; i < 2; ++i) {
    expect_child("exit 0", [] { return has_vulkan() ? compute(kVulkan) : kNoDevice; });
  }
}

TEST(VulkanProcess, ForkWhileAnotherThreadOpensTheDevice) {
  for (int i = 0; i < 5; ++i) {
    expect_child("exit 0", [&]() -> int {
      std::jthread opening([] { has_vulkan(); });
      std::this_thread::sleep_for(std::chrono::microseconds(500 * i));
      // Right bits, if the parent had not begun, or the refusal.
      const auto either = [] {
        try {
          return has_vulkan() ? compute(kVulkan) : compute(Device{});
        } catch (const Error& error) {
          return error.status() == Status::device_failed ? 0 : 1;
        }
      };
      return in_child(30, either) == "exit 0" ? 0 : 11;
    });
  }
}

TEST(VulkanProcess, EndsWhileCallsRun) {
  for (int i = 0; i < 3; ++i) {
    expect_child("exit 7", [&]() -> int {
      if (!has_vulkan()) return kNoDevice;
      std::thread([] {
        for (;;) compute(kVulkan);
      }).detach();
      std::this_thread::sleep_for(std::chrono::milliseconds(100 + 50 * i));
      std::exit(7);
    });
  }
}

}  // namespace
}  // namespace samebits::test
