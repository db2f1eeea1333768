// SPDX-License-Identifier: Apache-2.0
//
// Buffers on a device, kept when a call ends for the next one: allocation takes longer than the
// work of a small call.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "devices/vulkan/vk.hpp"

namespace samebits::vulkan {

enum class MemoryKind {
  device,   ///< nearest to the device; the host may not see it
  shared,   ///< the device's, where the host sees it, too
  staging,  ///< the host's, for copies
};

/// A buffer with memory of its own.
class Buffer {
 public:
  Buffer(const vk::raii::PhysicalDevice& physical, const vk::raii::Device& device,
         std::uint64_t size, MemoryKind kind);

  vk::Buffer handle() const { return *buffer_; }
  std::uint64_t size() const { return size_; }
  MemoryKind kind() const { return kind_; }
  void* mapped() const { return mapped_; }  ///< null for MemoryKind::device

 private:
  std::uint64_t size_;
  MemoryKind kind_;
  vk::raii::DeviceMemory memory_;
  vk::raii::Buffer buffer_;  // after the memory that it lies in, so that it goes first
  void* mapped_ = nullptr;
};

/// A buffer on loan; it goes back to the pool with the last copy.
using Lease = std::shared_ptr<const Buffer>;

/// Thread-safe. Must outlive its leases.
class MemoryPool {
 public:
  /// No buffer may be larger than `most` bytes.
  MemoryPool(const vk::raii::PhysicalDevice& physical, const vk::raii::Device& device,
             std::uint64_t most)
      : physical_(physical), device_(device), most_(most) {}

  /// A buffer of at least `size` bytes. Contents are whatever they are.
  Lease take(std::uint64_t size, MemoryKind kind);

 private:
  std::unique_ptr<Buffer> find(std::uint64_t size, MemoryKind kind);
  void give_back(std::unique_ptr<Buffer> buffer) noexcept;

  const vk::raii::PhysicalDevice& physical_;
  const vk::raii::Device& device_;
  std::uint64_t most_;
  std::mutex mutex_;
  std::list<std::unique_ptr<Buffer>> free_;  // latest first
  std::uint64_t free_bytes_ = 0;
};

}  // namespace samebits::vulkan
