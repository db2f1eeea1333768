// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/operand_buffers.hpp"

#include <algorithm>
#include <cstring>

namespace samebits::vulkan {
namespace {

constexpr std::int64_t kStagingBytes = std::int64_t{16} << 20;

/// Calls body(block, byte offset) for parts of `whole` of at most kStagingBytes, each of them
/// adjacent bytes.
template <class Body>
void for_parts(const Block& whole, const Body& body) {
  const std::int64_t most = kStagingBytes / kVectorBytes;
  const std::int64_t rows_each = std::max<std::int64_t>(1, most / whole.vectors);
  const std::int64_t vectors_each = rows_each > 1 ? whole.vectors : std::min(most, whole.vectors);
  for (std::int64_t row = 0; row < whole.rows; row += rows_each) {
    for (std::int64_t vector = 0; vector < whole.vectors; vector += vectors_each) {
      const Block part{.row = whole.row + row,
                       .rows = std::min(rows_each, whole.rows - row),
                       .vector = whole.vector + vector,
                       .vectors = std::min(vectors_each, whole.vectors - vector)};
      body(part, (row * whole.vectors + vector) * kVectorBytes);
    }
  }
}

Block block_of(const Piece& piece) {
  return {piece.row, piece.rows, piece.vector, piece.vectors};
}

}  // namespace

OperandBuffers::OperandBuffers(Device& device, const Plan& plan, const core::Call& call)
    : device_(device),
      plan_(plan),
      norm_(call.norm),
      kind_(device.traits().unified_memory && !call.options.gpu.staging ? MemoryKind::shared
                                                                        : MemoryKind::device),
      poison_(call.options.gpu.poison),
      copies_(device, 0) {
  if (kind_ == MemoryKind::device) {
    staging_ = device.memory().take(static_cast<std::uint64_t>(kStagingBytes), MemoryKind::staging);
  }
  work_ = device.memory().take(plan.work_words * 4, kind_);
  report_ = device.memory().take(sizeof(Report::words), MemoryKind::staging);
  for (const Piece& piece : plan.pieces) add_piece(piece);
}

Lease OperandBuffers::take(std::int64_t vectors) {
  return device_.memory().take(static_cast<std::uint64_t>(vectors * kVectorBytes), kind_);
}

void OperandBuffers::add_piece(const Piece& piece) {
  const std::int64_t vectors = piece.rows * piece.vectors;
  PieceBuffers buffers;
  buffers.x = take(vectors);
  buffers.y = take(vectors);
  if (norm_.residual.data != nullptr) buffers.residual = take(vectors);
  if (norm_.residual_output.data != nullptr) buffers.h = take(vectors);
  if (norm_.weight.data != nullptr) {
    const bool shared = !plan_.columns_cut && !pieces_.empty();
    buffers.weight = shared ? pieces_.front().weight : take(piece.vectors * plan_.weight_factor);
  }
  pieces_.push_back(std::move(buffers));
}

std::array<const Buffer*, 6> OperandBuffers::bindings(std::size_t piece) const {
  const PieceBuffers& b = pieces_[piece];
  const auto or_else = [](const Lease& lease, const Lease& other) {
    return lease ? lease.get() : other.get();
  };
  return {b.x.get(), or_else(b.residual, b.x), or_else(b.weight, b.x),
          b.y.get(), or_else(b.h, b.y),        work_.get()};
}

// ---- there -------------------------------------------------------------------------------------

void OperandBuffers::write(const ConstMatrix& matrix, const Block& block, const Buffer& to) {
  if (to.mapped() != nullptr) {
    pack(matrix, block, to.mapped());
    return;
  }
  for_parts(block, [&](const Block& part, std::int64_t at) {
    pack(matrix, part, staging_->mapped());
    copies_.begin();
    copies_.barrier();
    copies_.copy(*staging_, 0, to, static_cast<std::uint64_t>(at),
                 static_cast<std::uint64_t>(part.bytes()));
    copies_.barrier();
    copies_.end();
    copies_.run();
  });
}

void OperandBuffers::upload_piece(std::size_t index) {
  const Piece& piece = plan_.pieces[index];
  const PieceBuffers& buffers = pieces_[index];
  write(norm_.x, block_of(piece), *buffers.x);
  if (buffers.residual) write(norm_.residual, block_of(piece), *buffers.residual);
  if (buffers.weight && (plan_.columns_cut || index == 0)) {
    const ConstVector& w = norm_.weight;
    const Block block{.rows = 1,
                      .vector = piece.vector * plan_.weight_factor,
                      .vectors = piece.vectors * plan_.weight_factor};
    write({w.data, w.dtype, 1, w.size, w.size}, block, *buffers.weight);
  }
}

void OperandBuffers::upload() {
  for (std::size_t i = 0; i < pieces_.size(); ++i) upload_piece(i);
}

// ---- and back ----------------------------------------------------------------------------------

void OperandBuffers::read(const Buffer& from, const Block& block, const Matrix& matrix) {
  if (from.mapped() != nullptr) {
    unpack(from.mapped(), block, matrix);
    return;
  }
  for_parts(block, [&](const Block& part, std::int64_t at) {
    copies_.begin();
    copies_.barrier();
    copies_.copy(from, static_cast<std::uint64_t>(at), *staging_, 0,
                 static_cast<std::uint64_t>(part.bytes()));
    copies_.barrier();
    copies_.end();
    copies_.run();
    unpack(staging_->mapped(), part, matrix);
  });
}

void OperandBuffers::fetch() {
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Block block = block_of(plan_.pieces[i]);
    read(*pieces_[i].y, block, norm_.y);
    if (pieces_[i].h) read(*pieces_[i].h, block, norm_.residual_output);
  }
}

// ---- the work buffer ---------------------------------------------------------------------------

void OperandBuffers::record_poison(const Commands& commands) const {
  constexpr std::uint32_t kPattern = 0xA5A5A5A5;
  const auto fill = [&](const Buffer& buffer) {
    commands.recording().fillBuffer(buffer.handle(), 0, VK_WHOLE_SIZE, kPattern);
  };
  for (const PieceBuffers& piece : pieces_) {
    fill(*piece.y);
    if (piece.h) fill(*piece.h);
  }
  fill(*work_);
  commands.barrier();
}

void OperandBuffers::record_clear(const Commands& commands) const {
  if (poison_) record_poison(commands);
  commands.recording().fillBuffer(work_->handle(), 0, plan_.clear_words * 4, 0);
  commands.barrier();
}

void OperandBuffers::record_report(const Commands& commands) const {
  commands.barrier();
  commands.copy(*work_, 0, *report_, 0, sizeof(Report::words));
  commands.barrier();
}

Report OperandBuffers::report() const {
  Report report;
  std::memcpy(report.words.data(), report_->mapped(), sizeof(report.words));
  return report;
}

}  // namespace samebits::vulkan
