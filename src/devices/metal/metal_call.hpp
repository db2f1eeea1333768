// SPDX-License-Identifier: Apache-2.0
//
// One prepared call on Metal. Memory is shared by processor and GPU; operands that lie as the
// shaders want them are used where they are, others are copied. Objective-C++.
#pragma once

#import <Metal/Metal.h>

#include <vector>

#include "devices/gpu/pack.hpp"
#include "devices/gpu/program.hpp"
#include "devices/gpu/report.hpp"
#include "devices/metal/metal_device.hpp"

namespace samebits::metal {

/// One operand of one piece.
struct Operand {
  id<MTLBuffer> buffer = nil;
  bool in_place = false;  ///< the caller's own memory
};

struct PieceOperands {
  Operand x, residual, weight, y, h;
};

class Call final : public testing::PreparedCall {
 public:
  /// `device` must outlive the call.
  Call(Device& device, const core::Call& call);

  void run() override;
  double device_seconds() const override { return seconds_; }
  void upload() override;
  void fetch() override;

 private:
  using Encoder = id<MTLComputeCommandEncoder>;

  template <class M>
  Operand place(const M& matrix, const gpu::Block& block) const;
  Operand place_weight(const gpu::Piece& piece) const;
  id<MTLBuffer> new_buffer(std::uint64_t bytes) const;

  void clear_work();
  void encode(Encoder encoder, const gpu::Dispatch& dispatch) const;
  id<MTLCommandBuffer> commit(id<MTLCommandQueue> queue, const gpu::Sequence& sequence) const;
  void run_race();
  void finish(id<MTLCommandBuffer> commands);
  gpu::Report report() const;

  Device& device_;
  RmsNorm norm_;
  testing::RunStats* stats_;
  bool poison_;
  gpu::Plan plan_;
  gpu::Program program_;
  gpu::ShaderConstants constants_;
  std::vector<PieceOperands> pieces_;
  id<MTLBuffer> work_;
  std::vector<id<MTLCommandQueue>> queues_;
  double seconds_ = -1.0;
  double first_start_ = 0.0;
  double last_end_ = 0.0;
};

}  // namespace samebits::metal
