// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace samebits::vulkan {
namespace {

constexpr std::uint32_t kBuffers = 6;
constexpr const char* kFloatControls = VK_KHR_SHADER_FLOAT_CONTROLS_EXTENSION_NAME;
constexpr const char* kPortabilitySubset = "VK_KHR_portability_subset";

bool has_extension(const std::vector<vk::ExtensionProperties>& all, const char* name) {
  return std::any_of(all.begin(), all.end(), [&](const vk::ExtensionProperties& e) {
    return std::strcmp(e.extensionName, name) == 0;
  });
}

vk::raii::Instance make_instance(const vk::raii::Context& context) {
  const auto application =
      vk::ApplicationInfo{}.setPApplicationName("samebits").setApiVersion(VK_API_VERSION_1_1);
  auto info = vk::InstanceCreateInfo{}.setPApplicationInfo(&application);
  // Without it the loader hides devices that leave out parts of Vulkan, such as MoltenVK's.
  const char* portability = VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME;
  if (has_extension(context.enumerateInstanceExtensionProperties(), portability)) {
    info.setPEnabledExtensionNames(portability);
    info.setFlags(vk::InstanceCreateFlagBits::eEnumeratePortabilityKHR);
  }
  return {context, info};
}

int rank(const vk::raii::PhysicalDevice& device) {
  switch (device.getProperties().deviceType) {
    case vk::PhysicalDeviceType::eDiscreteGpu:
      return 0;
    case vk::PhysicalDeviceType::eIntegratedGpu:
      return 1;
    case vk::PhysicalDeviceType::eVirtualGpu:
      return 2;
    case vk::PhysicalDeviceType::eCpu:
      return 4;
    default:
      return 3;
  }
}

std::string describe(const vk::PhysicalDeviceProperties& properties,
                     const vk::PhysicalDeviceDriverProperties* driver) {
  const std::string name = properties.deviceName.data();
  const std::uint32_t api = properties.apiVersion;
  const std::string version =
      fmt::format("Vulkan {}.{}", VK_API_VERSION_MAJOR(api), VK_API_VERSION_MINOR(api));
  if (driver == nullptr) return fmt::format("{}, {}", name, version);
  const std::string driver_name = driver->driverName.data();
  const std::string driver_info = driver->driverInfo.data();
  return fmt::format("{}, {}{}{}, {}", name, driver_name, driver_info.empty() ? "" : " ",
                     driver_info, version);
}

void read_queues(const vk::raii::PhysicalDevice& device, Traits& traits) {
  const auto families = device.getQueueFamilyProperties();
  int best = -1;
  for (std::uint32_t i = 0; i < families.size(); ++i) {
    const auto flags = families[i].queueFlags;
    if (!(flags & vk::QueueFlagBits::eCompute)) continue;
    // One for compute alone does not wait for a desktop's drawing.
    const int score = flags & vk::QueueFlagBits::eGraphics ? 0 : 1;
    if (score <= best) continue;
    best = score;
    traits.queue_family = i;
    traits.queue_count = std::min(8u, families[i].queueCount);
    traits.timestamp_bits = families[i].timestampValidBits;
  }
  if (best < 0) traits.missing = "it has no compute queue";
}

void read_limits(const vk::PhysicalDeviceProperties& properties, std::uint64_t max_allocation,
                 Traits& traits) {
  const auto& limits = properties.limits;
  traits.seconds_per_tick = static_cast<double>(limits.timestampPeriod) * 1e-9;
  traits.limits.binding = std::min<std::uint64_t>(limits.maxStorageBufferRange, max_allocation);
  const std::uint32_t threads =
      std::min(limits.maxComputeWorkGroupInvocations, limits.maxComputeWorkGroupSize[0]);
  traits.limits.threads = std::bit_floor(std::min(threads, kMaxThreads));
  traits.limits.software = traits.software;
  traits.limits.has_double = traits.has_double;
  if (limits.maxPerStageDescriptorStorageBuffers < kBuffers) {
    traits.missing = fmt::format("its shaders see {} buffers, and {} are needed",
                                 limits.maxPerStageDescriptorStorageBuffers, kBuffers);
  }
}

vk::raii::Device make_device(const vk::raii::PhysicalDevice& physical, const Traits& traits) {
  const std::vector<float> priorities(traits.queue_count, 1.0f);
  const auto queues = vk::DeviceQueueCreateInfo{}
                          .setQueueFamilyIndex(traits.queue_family)
                          .setQueuePriorities(priorities);
  std::vector<const char*> extensions;
  if (traits.rounds_to_even) extensions.push_back(kFloatControls);
  if (traits.needs_portability_subset) extensions.push_back(kPortabilitySubset);
  const auto features = vk::PhysicalDeviceFeatures{}.setShaderFloat64(traits.has_double);
  return {physical, vk::DeviceCreateInfo{}
                        .setQueueCreateInfos(queues)
                        .setPEnabledExtensionNames(extensions)
                        .setPEnabledFeatures(&features)};
}

vk::raii::DescriptorSetLayout make_set_layout(const vk::raii::Device& device) {
  std::vector<vk::DescriptorSetLayoutBinding> bindings;
  for (std::uint32_t i = 0; i < kBuffers; ++i) {
    bindings.push_back(
        {i, vk::DescriptorType::eStorageBuffer, 1, vk::ShaderStageFlagBits::eCompute});
  }
  return {device, vk::DescriptorSetLayoutCreateInfo{}.setBindings(bindings)};
}

vk::raii::PipelineLayout make_pipeline_layout(const vk::raii::Device& device,
                                              const vk::raii::DescriptorSetLayout& set) {
  const vk::PushConstantRange range{vk::ShaderStageFlagBits::eCompute, 0, sizeof(Parameters)};
  return {device, vk::PipelineLayoutCreateInfo{}.setSetLayouts(*set).setPushConstantRanges(range)};
}

}  // namespace

Instance::Instance() : instance_(make_instance(context_)) {
  for (auto& device : vk::raii::PhysicalDevices(instance_)) devices_.push_back(std::move(device));
  std::stable_sort(devices_.begin(), devices_.end(),
                   [](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

Traits read_traits(const vk::raii::PhysicalDevice& device) {
  Traits traits;
  const auto properties = device.getProperties();
  traits.software = properties.deviceType == vk::PhysicalDeviceType::eCpu;
  traits.unified_memory =
      traits.software || properties.deviceType == vk::PhysicalDeviceType::eIntegratedGpu;
  traits.description = describe(properties, nullptr);
  if (properties.apiVersion < VK_API_VERSION_1_1) {
    traits.missing = "it has Vulkan 1.0, and 1.1 is needed";
    return traits;
  }
  const auto extensions = device.enumerateDeviceExtensionProperties();
  const auto chain =
      device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceMaintenance3Properties,
                            vk::PhysicalDeviceDriverProperties,
                            vk::PhysicalDeviceFloatControlsProperties>();
  if (has_extension(extensions, VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME)) {
    traits.description = describe(properties, &chain.get<vk::PhysicalDeviceDriverProperties>());
  }
  if (has_extension(extensions, kFloatControls)) {
    // The modules ask for 32 bits alone, and some compute in 64 beside them.
    const auto& controls = chain.get<vk::PhysicalDeviceFloatControlsProperties>();
    traits.rounds_to_even =
        controls.shaderRoundingModeRTEFloat32 &&
        controls.roundingModeIndependence != vk::ShaderFloatControlsIndependence::eNone;
  }
  traits.needs_portability_subset = has_extension(extensions, kPortabilitySubset);
  traits.has_double = device.getFeatures().shaderFloat64;
  read_limits(properties,
              chain.get<vk::PhysicalDeviceMaintenance3Properties>().maxMemoryAllocationSize,
              traits);
  read_queues(device, traits);
  return traits;
}

void Queue::submit(vk::CommandBuffer commands, vk::Fence fence) {
  const std::lock_guard lock(mutex);
  handle.submit(vk::SubmitInfo{}.setCommandBuffers(commands), fence);
}

Device::Device(const vk::raii::PhysicalDevice& physical, const Traits& traits)
    : traits_(traits),
      device_(make_device(physical, traits)),
      set_layout_(make_set_layout(device_)),
      pipeline_layout_(make_pipeline_layout(device_, set_layout_)),
      memory_(physical, device_, traits.limits.binding) {
  for (std::uint32_t i = 0; i < traits.queue_count; ++i) {
    queues_.push_back(std::make_unique<Queue>(device_, traits.queue_family, i));
  }
}

vk::Pipeline Device::pipeline(const PipelineKey& key) {
  const std::lock_guard lock(mutex_);
  auto found = pipelines_.find(key);
  if (found == pipelines_.end()) found = pipelines_.emplace(key, make_pipeline(key)).first;
  return *found->second;
}

const vk::raii::ShaderModule& Device::module(const PipelineKey& key) {
  const auto words = spirv(key.stage, {key.in_double, key.hardware_float});
  const auto found = modules_.find(words.data());
  if (found != modules_.end()) return found->second;
  const auto info =
      vk::ShaderModuleCreateInfo{}.setCodeSize(words.size_bytes()).setPCode(words.data());
  return modules_.emplace(words.data(), vk::raii::ShaderModule(device_, info)).first->second;
}

vk::raii::Pipeline Device::make_pipeline(const PipelineKey& key) {
  std::vector<vk::SpecializationMapEntry> entries;
  for (std::uint32_t i = 0; i < key.constants.size(); ++i) entries.push_back({i, i * 4, 4});
  const auto constants = vk::SpecializationInfo{}
                             .setMapEntries(entries)
                             .setDataSize(sizeof(key.constants))
                             .setPData(key.constants.data());
  const auto stage = vk::PipelineShaderStageCreateInfo{}
                         .setStage(vk::ShaderStageFlagBits::eCompute)
                         .setModule(*module(key))
                         .setPName("main")
                         .setPSpecializationInfo(&constants);
  return {device_, nullptr,
          vk::ComputePipelineCreateInfo{}.setStage(stage).setLayout(*pipeline_layout_)};
}

void rethrow_as_error(const std::string& device) {
  const auto fail = [&](Status status, const std::string& cause) {
    throw Error(status, fmt::format("{}: {}", device, cause));
  };
  try {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const vk::OutOfDeviceMemoryError&) {
    fail(Status::out_of_memory, "out of device memory");
  } catch (const vk::OutOfHostMemoryError&) {
    fail(Status::out_of_memory, "out of host memory");
  } catch (const std::bad_alloc&) {
    fail(Status::out_of_memory, "out of host memory");
  } catch (const vk::DeviceLostError&) {
    fail(Status::device_failed, "the device was lost");
  } catch (const vk::SystemError& error) {
    fail(Status::device_failed, error.what());
  } catch (const std::exception& error) {
    fail(Status::internal, error.what());
  } catch (...) {
  }
  throw Error(Status::internal, fmt::format("{}: unknown failure", device));
}

}  // namespace samebits::vulkan
