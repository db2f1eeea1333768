// SPDX-License-Identifier: Apache-2.0
//
// The operands on the device, and their way there and back.
#pragma once

#include <array>
#include <vector>

#include "devices/gpu/pack.hpp"
#include "devices/gpu/report.hpp"
#include "devices/vulkan/commands.hpp"

namespace samebits::vulkan {

/// The buffers of one Piece; null where the call has no such operand.
struct PieceBuffers {
  Lease x;
  Lease residual;
  Lease weight;
  Lease y;
  Lease h;
};

class OperandBuffers {
 public:
  OperandBuffers(Device& device, const Plan& plan, const core::Call& call);

  void upload();
  void fetch();

  /// Zeros into what of the work buffer must be 0 when the work begins.
  void record_clear(const Commands& commands) const;
  /// Brings the first words of the work buffer to the host, for report().
  void record_report(const Commands& commands) const;
  Report report() const;

  /// Six buffers as the shaders number them. For absent ones stand others that are read, or
  /// written, in the same way; the shaders do not touch them there.
  std::array<const Buffer*, 6> bindings(std::size_t piece) const;

 private:
  Lease take(std::int64_t vectors);
  void add_piece(const Piece& piece);
  void record_poison(const Commands& commands) const;
  void upload_piece(std::size_t index);
  void write(const ConstMatrix& matrix, const Block& block, const Buffer& to);
  void read(const Buffer& from, const Block& block, const Matrix& matrix);

  Device& device_;
  const Plan& plan_;
  RmsNorm norm_;
  MemoryKind kind_;
  bool poison_;
  Lease staging_;  ///< with MemoryKind::device
  Commands copies_;
  Lease work_;
  Lease report_;  ///< the first words of work_, where the host sees them
  std::vector<PieceBuffers> pieces_;
};

}  // namespace samebits::vulkan
