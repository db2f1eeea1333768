// SPDX-License-Identifier: Apache-2.0
//
// One Metal device and the pipelines compiled for it. Objective-C++.
#pragma once

#import <Metal/Metal.h>

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "devices/gpu/constants.hpp"

namespace samebits::metal {

class Device {
 public:
  explicit Device(id<MTLDevice> device);

  id<MTLDevice> handle() const { return device_; }
  std::string name() const { return device_.name.UTF8String; }
  gpu::Limits limits() const;

  /// Compiled by the first who asks. Throws Error.
  id<MTLComputePipelineState> pipeline(gpu::Stage stage, const gpu::ConstantValues& constants);

 private:
  id<MTLLibrary> library(gpu::Stage stage);
  [[noreturn]] void fail(Status status, NSError* error, const char* what) const;

  id<MTLDevice> device_;
  std::mutex mutex_;
  std::array<id<MTLLibrary>, gpu::kStages> libraries_{};
  std::map<std::pair<gpu::Stage, gpu::ConstantValues>, id<MTLComputePipelineState>> pipelines_;
};

}  // namespace samebits::metal
