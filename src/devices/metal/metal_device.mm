// SPDX-License-Identifier: Apache-2.0
#include "devices/metal/metal_device.hpp"

#include <algorithm>

#include "metal_sources.inc"  // generated: kMetalSources, one text a stage

namespace samebits::metal {

using gpu::ConstantValues;
using gpu::Stage;

Device::Device(id<MTLDevice> device) : device_(device) {}

gpu::Limits Device::limits() const {
  // Indices on the device count vectors of 16 bytes in 32 bits, and bytes are left room, too.
  constexpr std::uint64_t kMost = std::uint64_t{1} << 32;
  return {.binding = std::min<std::uint64_t>(device_.maxBufferLength, kMost),
          .threads = gpu::kMaxThreads,
          .software = false,
          .has_double = false};
}

void Device::fail(Status status, NSError* error, const char* what) const {
  const std::string cause =
      error != nil ? error.localizedDescription.UTF8String : "no reason given";
  throw Error(status, "metal (" + name() + "): " + what + ": " + cause);
}

id<MTLLibrary> Device::library(Stage stage) {
  __strong id<MTLLibrary>& library = libraries_[static_cast<std::size_t>(stage)];
  if (library != nil) return library;
  MTLCompileOptions* options = [MTLCompileOptions new];
  // Every bit of the elementwise part rests on this.
  options.fastMathEnabled = NO;
  options.languageVersion = MTLLanguageVersion2_2;
  NSError* error = nil;
  library = [device_ newLibraryWithSource:@(kMetalSources[static_cast<std::size_t>(stage)])
                                  options:options
                                    error:&error];
  if (library == nil) fail(Status::internal, error, "cannot compile a shader");
  return library;
}

id<MTLComputePipelineState> Device::pipeline(Stage stage, const ConstantValues& constants) {
  const std::lock_guard lock(mutex_);
  __strong id<MTLComputePipelineState>& pipeline = pipelines_[{stage, constants}];
  if (pipeline != nil) return pipeline;
  MTLFunctionConstantValues* values = [MTLFunctionConstantValues new];
  for (std::size_t i = 0; i < constants.size(); ++i) {
    [values setConstantValue:&constants[i] type:MTLDataTypeUInt atIndex:i];
  }
  NSError* error = nil;
  id<MTLFunction> function = [library(stage) newFunctionWithName:@"main0"
                                                  constantValues:values
                                                           error:&error];
  if (function == nil) fail(Status::internal, error, "cannot specialize a shader");
  pipeline = [device_ newComputePipelineStateWithFunction:function error:&error];
  if (pipeline == nil) fail(Status::device_failed, error, "cannot make a pipeline");
  return pipeline;
}

}  // namespace samebits::metal
