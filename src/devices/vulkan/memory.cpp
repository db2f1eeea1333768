// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/memory.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <optional>
#include <vector>

namespace samebits::vulkan {
namespace {

using Flags = vk::MemoryPropertyFlags;
using Flag = vk::MemoryPropertyFlagBits;

/// Best first.
std::vector<Flags> wanted_properties(MemoryKind kind) {
  const Flags host = Flag::eHostVisible | Flag::eHostCoherent;
  switch (kind) {
    case MemoryKind::device:
      return {Flag::eDeviceLocal, Flags{}};
    case MemoryKind::shared:
      return {host | Flag::eHostCached | Flag::eDeviceLocal, host | Flag::eHostCached, host};
    case MemoryKind::staging:
      return {host | Flag::eHostCached, host};
  }
  return {};
}

std::optional<std::uint32_t> find_type(const vk::PhysicalDeviceMemoryProperties& memory,
                                       std::uint32_t allowed, Flags wanted) {
  for (std::uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
    const bool fits = (memory.memoryTypes[i].propertyFlags & wanted) == wanted;
    if (fits && ((allowed >> i) & 1u) != 0) return i;
  }
  return {};
}

vk::raii::Buffer make_buffer(const vk::raii::Device& device, std::uint64_t size) {
  using Usage = vk::BufferUsageFlagBits;
  return {device, vk::BufferCreateInfo{}.setSize(size).setUsage(
                      Usage::eStorageBuffer | Usage::eTransferSrc | Usage::eTransferDst)};
}

vk::raii::DeviceMemory allocate(const vk::raii::PhysicalDevice& physical,
                                const vk::raii::Device& device, const vk::raii::Buffer& buffer,
                                MemoryKind kind) {
  const auto needs = buffer.getMemoryRequirements();
  const auto memory = physical.getMemoryProperties();
  for (const Flags wanted : wanted_properties(kind)) {
    const auto type = find_type(memory, needs.memoryTypeBits, wanted);
    if (!type) continue;
    return {device, vk::MemoryAllocateInfo{needs.size, *type}};
  }
  // Vulkan promises that this does not happen.
  throw vk::OutOfDeviceMemoryError("no memory type for a buffer");
}

}  // namespace

Buffer::Buffer(const vk::raii::PhysicalDevice& physical, const vk::raii::Device& device,
               std::uint64_t size, MemoryKind kind)
    : size_(size), kind_(kind), memory_(nullptr), buffer_(make_buffer(device, size)) {
  memory_ = allocate(physical, device, buffer_, kind);
  buffer_.bindMemory(*memory_, 0);
  if (kind != MemoryKind::device) mapped_ = memory_.mapMemory(0, VK_WHOLE_SIZE);
}

Lease MemoryPool::take(std::uint64_t size, MemoryKind kind) {
  // A few sizes only, eight in each power of two, so that buffers fit again.
  size = std::max<std::uint64_t>(size, 4096);
  const auto low_bits = std::bit_width(size) - 4;
  const std::uint64_t rounded = (((size - 1) >> low_bits) + 1) << low_bits;
  size = std::min(rounded, std::max(size, most_));
  std::unique_ptr<Buffer> buffer = find(size, kind);
  if (!buffer) {
    try {
      buffer = std::make_unique<Buffer>(physical_, device_, size, kind);
    } catch (const vk::OutOfDeviceMemoryError&) {
      {
        const std::lock_guard lock(mutex_);
        free_.clear();
        free_bytes_ = 0;
      }
      buffer = std::make_unique<Buffer>(physical_, device_, size, kind);
    }
  }
  return {buffer.release(),
          [this](const Buffer* b) { give_back(std::unique_ptr<Buffer>(const_cast<Buffer*>(b))); }};
}

std::unique_ptr<Buffer> MemoryPool::find(std::uint64_t size, MemoryKind kind) {
  const std::lock_guard lock(mutex_);
  const auto fits = [&](const std::unique_ptr<Buffer>& b) {
    return b->kind() == kind && b->size() >= size && b->size() / 2 <= size;
  };
  const auto found = std::find_if(free_.begin(), free_.end(), fits);
  if (found == free_.end()) return nullptr;
  std::unique_ptr<Buffer> buffer = std::move(*found);
  free_.erase(found);
  free_bytes_ -= buffer->size();
  return buffer;
}

void MemoryPool::give_back(std::unique_ptr<Buffer> buffer) noexcept {
  constexpr std::uint64_t kMostKept = std::uint64_t{1} << 29;
  const std::uint64_t size = buffer->size();
  if (size > kMostKept) return;
  const std::lock_guard lock(mutex_);
  try {
    free_.push_front(std::move(buffer));
  } catch (const std::bad_alloc&) {
    return;
  }
  free_bytes_ += size;
  while (free_bytes_ > kMostKept) {
    free_bytes_ -= free_.back()->size();
    free_.pop_back();
  }
}

}  // namespace samebits::vulkan
