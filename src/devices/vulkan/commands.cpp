// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/commands.hpp"

#include <algorithm>
#include <limits>

namespace samebits::vulkan {
namespace {

vk::raii::CommandPool make_pool(Device& device) {
  return {device.handle(), vk::CommandPoolCreateInfo{}
                               .setQueueFamilyIndex(device.traits().queue_family)
                               .setFlags(vk::CommandPoolCreateFlagBits::eResetCommandBuffer)};
}

}  // namespace

Commands::Commands(Device& device, std::size_t queue)
    : device_(device),
      queue_(device.queue(queue)),
      pool_(make_pool(device)),
      buffers_(device.handle(),
               vk::CommandBufferAllocateInfo{*pool_, vk::CommandBufferLevel::ePrimary, 1}),
      fence_(device.handle(), vk::FenceCreateInfo{}) {}

Commands::~Commands() {
  try {
    wait();
  } catch (...) {  // a lost device has nothing under way
  }
}

void Commands::begin() {
  wait();
  recording().begin(vk::CommandBufferBeginInfo{});
}

void Commands::submit() {
  queue_.submit(*recording(), *fence_);
  pending_ = true;
}

void Commands::wait() {
  if (!pending_) return;
  const auto forever = std::numeric_limits<std::uint64_t>::max();
  while (device_.handle().waitForFences(*fence_, VK_TRUE, forever) == vk::Result::eTimeout) {
  }
  pending_ = false;
  device_.handle().resetFences(*fence_);
}

void Commands::dispatch(const PipelineKey& key, vk::DescriptorSet buffers,
                        const Parameters& parameters, std::uint32_t groups,
                        std::int64_t rows) const {
  const auto& commands = recording();
  commands.bindPipeline(vk::PipelineBindPoint::eCompute, device_.pipeline(key));
  commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, *device_.pipeline_layout(), 0,
                              buffers, {});
  commands.pushConstants<Parameters>(*device_.pipeline_layout(), vk::ShaderStageFlagBits::eCompute,
                                     0, parameters);
  const std::int64_t most = kMaxGroups;
  commands.dispatch(groups, static_cast<std::uint32_t>(std::min(rows, most)),
                    static_cast<std::uint32_t>((rows + most - 1) / most));
}

void Commands::barrier() const {
  using At = vk::PipelineStageFlagBits;
  using Access = vk::AccessFlagBits;
  const vk::MemoryBarrier memory{Access::eShaderWrite | Access::eTransferWrite,
                                 Access::eShaderRead | Access::eShaderWrite |
                                     Access::eTransferRead | Access::eTransferWrite |
                                     Access::eHostRead};
  recording().pipelineBarrier(At::eComputeShader | At::eTransfer,
                              At::eComputeShader | At::eTransfer | At::eHost, {}, memory, {}, {});
}

void Commands::copy(const Buffer& from, std::uint64_t from_at, const Buffer& to,
                    std::uint64_t to_at, std::uint64_t size) const {
  recording().copyBuffer(from.handle(), to.handle(), vk::BufferCopy{from_at, to_at, size});
}

}  // namespace samebits::vulkan
