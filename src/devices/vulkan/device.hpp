// SPDX-License-Identifier: Apache-2.0
//
// The loader, the devices that it knows, and one opened device with all that calls share: queues,
// pipelines, memory kept for the next call.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "devices/gpu/plan.hpp"
#include "devices/vulkan/memory.hpp"
#include "devices/vulkan/shaders.hpp"
#include "devices/vulkan/vk.hpp"
#include "samebits/samebits.hpp"

namespace samebits::vulkan {

/// The Vulkan loader and an instance. Fails with vk::SystemError or std::runtime_error.
class Instance {
 public:
  Instance();

  /// Graphics cards first, software last, each kind as the loader lists them.
  const std::vector<vk::raii::PhysicalDevice>& devices() const { return devices_; }

 private:
  vk::raii::Context context_;
  vk::raii::Instance instance_;
  std::vector<vk::raii::PhysicalDevice> devices_;
};

/// What matters of a physical device, read once.
struct Traits {
  std::string description;  ///< name and driver
  bool software = false;
  bool unified_memory = false;  ///< the host's memory is the device's
  bool has_double = false;
  bool rounds_to_even = false;  ///< float32, if a module asks for it
  bool needs_portability_subset = false;
  std::uint32_t queue_family = 0;
  std::uint32_t queue_count = 0;
  std::uint32_t timestamp_bits = 0;  ///< 0: it has no clock
  double seconds_per_tick = 0.0;
  Limits limits{};
  std::string missing;  ///< what it lacks to be usable; empty if nothing
};

Traits read_traits(const vk::raii::PhysicalDevice& device);

/// A queue may be used by one thread at a time.
struct Queue {
  Queue(const vk::raii::Device& device, std::uint32_t family, std::uint32_t index)
      : handle(device, family, index) {}
  void submit(vk::CommandBuffer commands, vk::Fence fence);

  vk::raii::Queue handle;
  std::mutex mutex;
};

/// Which pipeline; what a stage does not depend on is left at zero by whoever asks.
struct PipelineKey {
  Stage stage = Stage::fused;
  bool in_double = false;
  bool hardware_float = false;
  ConstantValues constants{};

  auto operator<=>(const PipelineKey&) const = default;
};

class Device {
 public:
  Device(const vk::raii::PhysicalDevice& physical, const Traits& traits);

  const Traits& traits() const { return traits_; }
  const vk::raii::Device& handle() const { return device_; }
  const vk::raii::DescriptorSetLayout& set_layout() const { return set_layout_; }
  const vk::raii::PipelineLayout& pipeline_layout() const { return pipeline_layout_; }
  MemoryPool& memory() { return memory_; }

  Queue& queue(std::size_t index) { return *queues_[index % queues_.size()]; }

  /// Compiled by the first who asks.
  vk::Pipeline pipeline(const PipelineKey& key);

 private:
  const vk::raii::ShaderModule& module(const PipelineKey& key);
  vk::raii::Pipeline make_pipeline(const PipelineKey& key);

  Traits traits_;
  vk::raii::Device device_;
  vk::raii::DescriptorSetLayout set_layout_;
  vk::raii::PipelineLayout pipeline_layout_;
  std::vector<std::unique_ptr<Queue>> queues_;
  MemoryPool memory_;
  std::mutex mutex_;
  std::map<const std::uint32_t*, vk::raii::ShaderModule> modules_;  // by their SPIR-V
  std::map<PipelineKey, vk::raii::Pipeline> pipelines_;
};

/// Throws the Error for whatever is being handled; `device` begins the message after the
/// operation's name. For use in a catch (...).
[[noreturn]] void rethrow_as_error(const std::string& device);

}  // namespace samebits::vulkan
