// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/timestamps.hpp"

namespace samebits::vulkan {
namespace {

constexpr std::uint32_t kCount = 2;

}  // namespace

Timestamps::Timestamps(Device& device) : device_(device) {
  if (device.traits().timestamp_bits == 0) return;
  pool_.emplace(
      device.handle(),
      vk::QueryPoolCreateInfo{}.setQueryType(vk::QueryType::eTimestamp).setQueryCount(kCount));
}

void Timestamps::begin(const Commands& commands) const {
  if (!pool_) return;
  commands.recording().resetQueryPool(**pool_, 0, kCount);
  commands.recording().writeTimestamp(vk::PipelineStageFlagBits::eTopOfPipe, **pool_, 0);
}

void Timestamps::end(const Commands& commands) const {
  if (!pool_) return;
  commands.recording().writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, **pool_, 1);
}

double Timestamps::span() const {
  if (!pool_) return -1.0;
  const auto [result, ticks] = pool_->getResults<std::uint64_t>(
      0, kCount, kCount * sizeof(std::uint64_t), sizeof(std::uint64_t),
      vk::QueryResultFlagBits::e64 | vk::QueryResultFlagBits::eWait);
  if (result != vk::Result::eSuccess) return -1.0;
  // Clocks of fewer bits than 64 start over: 36 bits of nanoseconds do so every 69 seconds.
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - device_.traits().timestamp_bits);
  return static_cast<double>((ticks[1] - ticks[0]) & mask) * device_.traits().seconds_per_tick;
}

}  // namespace samebits::vulkan
