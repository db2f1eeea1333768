// SPDX-License-Identifier: Apache-2.0
//
// One command buffer, recorded once and submitted as often as wanted.
#pragma once

#include "devices/vulkan/device.hpp"

namespace samebits::vulkan {

class Commands {
 public:
  /// For the queue of that number, counted around.
  Commands(Device& device, std::size_t queue);
  /// Waits for what is under way.
  ~Commands();
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  /// Starts over; commands go to recording() until end().
  void begin();
  const vk::raii::CommandBuffer& recording() const { return buffers_.front(); }
  void end() { buffers_.front().end(); }

  void submit();
  void wait();
  void run() {
    submit();
    wait();
  }

  // What is often recorded.

  void dispatch(const PipelineKey& key, vk::DescriptorSet buffers, const Parameters& parameters,
                std::uint32_t groups, std::int64_t rows) const;
  /// Everything written before is seen by everything after, the host included.
  void barrier() const;
  void copy(const Buffer& from, std::uint64_t from_at, const Buffer& to, std::uint64_t to_at,
            std::uint64_t size) const;

 private:
  Device& device_;
  Queue& queue_;
  vk::raii::CommandPool pool_;
  vk::raii::CommandBuffers buffers_;
  vk::raii::Fence fence_;
  bool pending_ = false;
};

}  // namespace samebits::vulkan
