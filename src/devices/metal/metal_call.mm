// SPDX-License-Identifier: Apache-2.0
#include "devices/metal/metal_call.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/thread_pool.hpp"

namespace samebits::metal {
namespace {

using gpu::Block;
using gpu::Dispatch;
using gpu::Piece;
using gpu::Report;
using gpu::Sequence;
using gpu::Stage;

Block block_of(const Piece& piece) {
  return {piece.row, piece.rows, piece.vector, piece.vectors};
}

/// Where a block begins in the caller's memory, if it can be used there: dense rows of whole
/// vectors on whole pages, as Metal asks. Null otherwise.
template <class M>
void* address_in_place(const M& matrix, const Block& block) {
  const auto size = static_cast<std::int64_t>(size_of(matrix.dtype));
  const auto page = static_cast<std::uint64_t>(getpagesize());
  const bool dense = matrix.columns * size == block.vectors * gpu::kVectorBytes &&
                     (matrix.row_stride == matrix.columns || block.rows == 1);
  if (!dense) return nullptr;
  const auto address = reinterpret_cast<std::uintptr_t>(matrix.data) +
                       static_cast<std::uintptr_t>(block.row * matrix.row_stride * size);
  const bool whole_pages =
      address % page == 0 && static_cast<std::uint64_t>(block.bytes()) % page == 0;
  return whole_pages ? reinterpret_cast<void*>(address) : nullptr;
}

}  // namespace

// ---- memory ------------------------------------------------------------------------------------

id<MTLBuffer> Call::new_buffer(std::uint64_t bytes) const {
  id<MTLBuffer> buffer =
      [device_.handle() newBufferWithLength:std::max<std::uint64_t>(bytes, 16)
                                    options:MTLResourceStorageModeShared];
  if (buffer == nil) {
    throw Error(Status::out_of_memory, "metal (" + device_.name() + "): out of memory");
  }
  return buffer;
}

template <class M>
Operand Call::place(const M& matrix, const Block& block) const {
  if (matrix.data == nullptr) return {};
  const auto bytes = static_cast<std::uint64_t>(block.bytes());
  if (void* address = address_in_place(matrix, block)) {
    id<MTLBuffer> buffer = [device_.handle() newBufferWithBytesNoCopy:address
                                                               length:bytes
                                                              options:MTLResourceStorageModeShared
                                                          deallocator:nil];
    if (buffer != nil) return {buffer, true};
  }
  return {new_buffer(bytes), false};
}

Operand Call::place_weight(const Piece& piece) const {
  if (norm_.weight.data == nullptr) return {};
  if (!plan_.columns_cut && !pieces_.empty()) return pieces_.front().weight;
  return {new_buffer(static_cast<std::uint64_t>(piece.vectors * plan_.weight_factor *
                                                gpu::kVectorBytes)),
          false};
}

Call::Call(Device& device, const core::Call& call)
    : device_(device),
      norm_(call.norm),
      stats_(call.options.stats),
      poison_(call.options.gpu.poison),
      plan_(gpu::make_plan(call, device.limits())),
      program_(gpu::program_of(plan_)),
      constants_(plan_, call) {
  work_ = new_buffer(plan_.work_words * 4);
  for (const Piece& piece : plan_.pieces) {
    const Block block = block_of(piece);
    pieces_.push_back({.x = place(norm_.x, block),
                       .residual = place(norm_.residual, block),
                       .weight = place_weight(piece),
                       .y = place(norm_.y, block),
                       .h = place(norm_.residual_output, block)});
  }
  const bool race = call.options.method == Method::chunked_parallel;
  const int streams =
      race ? core::crew_of(call.options.threads, call.options.executor).threads : 1;
  for (int i = 0; i < streams; ++i) queues_.push_back([device.handle() newCommandQueue]);
  upload();
}

void Call::upload() {
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = plan_.pieces[i];
    const PieceOperands& p = pieces_[i];
    const Block block = block_of(piece);
    if (!p.x.in_place) pack(norm_.x, block, p.x.buffer.contents);
    if (p.residual.buffer != nil && !p.residual.in_place) {
      pack(norm_.residual, block, p.residual.buffer.contents);
    }
    if (p.weight.buffer != nil) {
      const ConstVector& w = norm_.weight;
      const Block weights{.rows = 1,
                          .vector = piece.vector * plan_.weight_factor,
                          .vectors = piece.vectors * plan_.weight_factor};
      pack({w.data, w.dtype, 1, w.size, w.size}, weights, p.weight.buffer.contents);
    }
  }
}

void Call::fetch() {
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const PieceOperands& p = pieces_[i];
    const Block block = block_of(plan_.pieces[i]);
    if (!p.y.in_place) unpack(p.y.buffer.contents, block, norm_.y);
    if (p.h.buffer != nil && !p.h.in_place) {
      unpack(p.h.buffer.contents, block, norm_.residual_output);
    }
  }
  if (stats_ == nullptr) return;
  const Report last = report();
  *stats_ = {.rows = plan_.rows,
                     .integer_rows = last.integer_rows(),
                     .ambiguous_rows = last.ambiguous_rows()};
}

// ---- commands ----------------------------------------------------------------------------------

void Call::encode(Encoder encoder, const Dispatch& dispatch) const {
  const auto& [stage, piece, parameters, groups, rows] = dispatch;
  id<MTLComputePipelineState> pipeline = device_.pipeline(stage, constants_.of(stage));
  if (pipeline.maxTotalThreadsPerThreadgroup < parameters.threads) {
    throw Error(Status::unsupported, "metal (" + device_.name() +
                                         "): its workgroups are too small for this shader");
  }
  const PieceOperands& p = pieces_[piece];
  id<MTLBuffer> buffers[] = {p.x.buffer, p.residual.buffer, p.weight.buffer,
                             p.y.buffer, p.h.buffer,        work_};
  [encoder setComputePipelineState:pipeline];
  for (NSUInteger i = 0; i < std::size(buffers); ++i) {
    [encoder setBuffer:(buffers[i] != nil ? buffers[i] : work_) offset:0 atIndex:i];
  }
  [encoder setBytes:&parameters length:sizeof(parameters) atIndex:6];
  const std::int64_t most = gpu::kMaxGroups;
  [encoder dispatchThreadgroups:MTLSizeMake(groups,
                                            static_cast<NSUInteger>(std::min(rows, most)),
                                            static_cast<NSUInteger>((rows + most - 1) / most))
          threadsPerThreadgroup:MTLSizeMake(parameters.threads, 1, 1)];
}

/// Dispatches of one encoder run one after the other, so that no barriers are needed between.
id<MTLCommandBuffer> Call::commit(id<MTLCommandQueue> queue, const Sequence& sequence) const {
  id<MTLCommandBuffer> commands = [queue commandBuffer];
  Encoder encoder = [commands computeCommandEncoder];
  try {
    for (const Dispatch& dispatch : sequence) encode(encoder, dispatch);
  } catch (...) {
    [encoder endEncoding];
    throw;
  }
  [encoder endEncoding];
  [commands commit];
  return commands;
}

void Call::finish(id<MTLCommandBuffer> commands) {
  [commands waitUntilCompleted];
  if (commands.status != MTLCommandBufferStatusCompleted) {
    NSError* error = commands.error;
    const bool memory = error != nil && error.code == MTLCommandBufferErrorOutOfMemory;
    throw Error(memory ? Status::out_of_memory : Status::device_failed,
                "metal (" + device_.name() + "): " +
                    (error != nil ? error.localizedDescription.UTF8String : "the GPU failed"));
  }
  first_start_ = first_start_ == 0.0 ? commands.GPUStartTime
                                     : std::min(first_start_, commands.GPUStartTime);
  last_end_ = std::max(last_end_, commands.GPUEndTime);
}

void Call::clear_work() {
  constexpr int kPattern = 0xA5;
  if (poison_) {
    std::memset(work_.contents, kPattern, plan_.work_words * 4);
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const auto bytes = static_cast<std::size_t>(block_of(plan_.pieces[i]).bytes());
      const PieceOperands& p = pieces_[i];
      // In place, an output may be an input too.
      if (!p.y.in_place) std::memset(p.y.buffer.contents, kPattern, bytes);
      if (p.h.buffer != nil && !p.h.in_place) std::memset(p.h.buffer.contents, kPattern, bytes);
    }
  }
  std::memset(work_.contents, 0, plan_.clear_words * 4);
}

Report Call::report() const {
  Report report;
  std::memcpy(report.words.data(), work_.contents, sizeof(report.words));
  return report;
}

void Call::run() {
  @autoreleasepool {
    first_start_ = last_end_ = 0.0;
    clear_work();
    if (!program_.race.empty()) run_race();
    finish(commit(queues_.front(), program_.sequence));
    gpu::check_complete(report(), plan_, "metal (" + device_.name() + ")");
    seconds_ = last_end_ - first_start_;
  }
}

// ---- chunked-parallel --------------------------------------------------------------------------

/// Chunks from as many host threads as there are queues; the device files their sums in the order in
/// which they are done. See vulkan/stream_race.cpp.
void Call::run_race() {
  device_.pipeline(Stage::chunk_sum, constants_.of(Stage::chunk_sum));  // before the race
  const std::vector<Sequence>& race = program_.race;
  std::vector<id<MTLCommandBuffer>> submitted(race.size());
  std::atomic<std::size_t> next = 0;
  std::mutex failure_mutex;
  std::exception_ptr failure;
  const auto work = [&](id<MTLCommandQueue> queue) {
    try {
      @autoreleasepool {
        for (std::size_t i = next++; i < race.size(); i = next++) {
          submitted[i] = commit(queue, race[i]);
        }
      }
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::thread> others;
    others.reserve(queues_.size());
    try {
      for (std::size_t i = 1; i < queues_.size(); ++i) others.emplace_back(work, queues_[i]);
    } catch (const std::system_error&) {
      // Those that started, and this thread, will do all.
    }
    work(queues_.front());
    for (std::thread& other : others) other.join();
  }
  for (id<MTLCommandBuffer> commands : submitted) {
    if (commands != nil) finish(commands);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace samebits::metal
