// SPDX-License-Identifier: Apache-2.0
#include "backends/metal/metal_call.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "backends/vulkan/knobs.hpp"

namespace samebits::metal {
namespace {

using vulkan::Block;
using vulkan::Parameters;
using vulkan::Piece;
using vulkan::Stage;

Block block_of(const Piece& piece) {
  return {piece.row, piece.rows, piece.vector, piece.vectors};
}

/// Where a block begins in the caller's memory, if it can be used there: dense rows of whole
/// vectors on whole pages, as Metal asks. Null otherwise.
template <class M>
void* address_in_place(const M& matrix, const Block& block) {
  const auto size = static_cast<std::int64_t>(size_of(matrix.dtype));
  const auto page = static_cast<std::uint64_t>(getpagesize());
  const bool dense = matrix.columns * size == block.vectors * vulkan::kVectorBytes &&
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
    throw Error(Status::out_of_memory, "rms_norm: metal (" + device_.name() + "): out of memory");
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
  if (operands_.weight.data == nullptr) return {};
  if (!plan_.columns_cut && !pieces_.empty()) return pieces_.front().weight;
  return {new_buffer(static_cast<std::uint64_t>(piece.vectors * plan_.weight_factor *
                                                vulkan::kVectorBytes)),
          false};
}

Call::Call(Device& device, const Operands& operands, const Options& options)
    : device_(device),
      operands_(operands),
      options_(options),
      plan_(vulkan::make_plan(operands, options, device.limits(), {})),
      constants_(plan_, operands, options) {
  options_.device = {};  // names of the caller, which may be gone
  options_.simd = {};
  work_ = new_buffer(plan_.work_words * 4);
  for (const Piece& piece : plan_.pieces) {
    const Block block = block_of(piece);
    pieces_.push_back({.x = place(operands.x, block),
                       .residual = place(operands.residual, block),
                       .weight = place_weight(piece),
                       .y = place(operands.y, block),
                       .h = place(operands.residual_output, block)});
  }
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const bool race = options.method == Method::chunked_parallel;
  const int streams = !race ? 1 : options.threads > 0 ? options.threads : cores;
  for (int i = 0; i < streams; ++i) queues_.push_back([device.handle() newCommandQueue]);
  upload();
}

void Call::upload() {
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = plan_.pieces[i];
    const PieceOperands& p = pieces_[i];
    const Block block = block_of(piece);
    if (!p.x.in_place) pack(operands_.x, block, p.x.buffer.contents);
    if (p.residual.buffer != nil && !p.residual.in_place) {
      pack(operands_.residual, block, p.residual.buffer.contents);
    }
    if (p.weight.buffer != nil) {
      const ConstVector& w = operands_.weight;
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
    if (!p.y.in_place) unpack(p.y.buffer.contents, block, operands_.y);
    if (p.h.buffer != nil && !p.h.in_place) {
      unpack(p.h.buffer.contents, block, operands_.residual_output);
    }
  }
  if (options_.stats == nullptr) return;
  const auto* words = static_cast<const std::uint32_t*>(work_.contents);
  *options_.stats = {
      .rows = plan_.rows, .exact_path_rows = words[0], .ambiguous_rows = words[1]};
}

// ---- commands ----------------------------------------------------------------------------------

void Call::encode(Encoder encoder, Stage stage, std::size_t piece, const Parameters& parameters,
                  std::uint32_t groups, std::int64_t rows) const {
  id<MTLComputePipelineState> pipeline = device_.pipeline(stage, constants_.of(stage));
  if (pipeline.maxTotalThreadsPerThreadgroup < parameters.threads) {
    throw Error(Status::unsupported, "rms_norm: metal (" + device_.name() +
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
  const std::int64_t most = vulkan::kMaxGroups;
  [encoder dispatchThreadgroups:MTLSizeMake(groups,
                                            static_cast<NSUInteger>(std::min(rows, most)),
                                            static_cast<NSUInteger>((rows + most - 1) / most))
          threadsPerThreadgroup:MTLSizeMake(parameters.threads, 1, 1)];
}

void Call::encode_pieces(Encoder encoder, Stage stage, bool by_segments) const {
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = plan_.pieces[i];
    encode(encoder, stage, i, plan_.of(piece), by_segments ? piece.segments : 1, piece.rows);
  }
}

/// Dispatches of one encoder run one after the other, so that no barriers are needed between.
void Call::encode_exact(Encoder encoder) const {
  if (!plan_.split) return encode_pieces(encoder, Stage::fused, false);
  encode_pieces(encoder, Stage::sum, true);
  encode(encoder, Stage::decide, 0, plan_.of_rows(), 1, plan_.rows);
  encode_pieces(encoder, Stage::wide, true);
  encode(encoder, Stage::wide_decide, 0, plan_.of_rows(), 1, plan_.rows);
  encode_pieces(encoder, Stage::scale, true);
}

template <class Encode>
id<MTLCommandBuffer> Call::commit(id<MTLCommandQueue> queue, const Encode& encode) const {
  id<MTLCommandBuffer> commands = [queue commandBuffer];
  Encoder encoder = [commands computeCommandEncoder];
  try {
    encode(encoder);
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
                "rms_norm: metal (" + device_.name() + "): " +
                    (error != nil ? error.localizedDescription.UTF8String : "the GPU failed"));
  }
  first_start_ = first_start_ == 0.0 ? commands.GPUStartTime
                                     : std::min(first_start_, commands.GPUStartTime);
  last_end_ = std::max(last_end_, commands.GPUEndTime);
}

void Call::clear_work() {
  const auto words = std::min<std::uint64_t>(
      plan_.work_words,
      vulkan::kRowsAt + vulkan::kRowWords * static_cast<std::uint64_t>(plan_.rows));
  std::memset(work_.contents, 0, words * 4);
}

void Call::run() {
  @autoreleasepool {
    first_start_ = last_end_ = 0.0;
    clear_work();
    if (options_.method == Method::chunked_parallel) {
      run_race();
    } else {
      finish(commit(queues_.front(), [&](Encoder encoder) {
        options_.method == Method::exact ? encode_exact(encoder)
                                         : encode_pieces(encoder, Stage::in_float, false);
      }));
    }
    seconds_ = last_end_ - first_start_;
  }
}

// ---- chunked-parallel --------------------------------------------------------------------------

/// Chunks from as many host threads as there are queues; the device adds their sums in the order in
/// which they are done. See vulkan/stream_race.cpp.
void Call::run_race() {
  struct Task {
    std::size_t piece;
    std::uint32_t first, count;
  };
  constexpr std::uint32_t kMostTasks = 64;
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Parameters p = plan_.of(plan_.pieces[i]);
    const std::uint32_t chunks = (p.columns - 1) / p.chunk + 1;
    const std::uint32_t each =
        std::min(vulkan::kMaxGroups, (chunks + kMostTasks - 1) / kMostTasks);
    for (std::uint32_t first = 0; first < chunks; first += each) {
      tasks.push_back({i, first, std::min(each, chunks - first)});
    }
  }
  device_.pipeline(Stage::chunk_sum, constants_.of(Stage::chunk_sum));  // before the race
  std::vector<id<MTLCommandBuffer>> submitted(tasks.size());
  std::atomic<std::size_t> next = 0;
  std::mutex failure_mutex;
  std::exception_ptr failure;
  const auto work = [&](id<MTLCommandQueue> queue) {
    try {
      @autoreleasepool {
        for (std::size_t i = next++; i < tasks.size(); i = next++) {
          Parameters p = plan_.of(plan_.pieces[tasks[i].piece]);
          p.first_chunk = tasks[i].first;
          const std::int64_t groups = (std::int64_t{p.rows} + p.threads - 1) / p.threads;
          submitted[i] = commit(queue, [&](Encoder encoder) {
            encode(encoder, Stage::chunk_sum, tasks[i].piece, p, tasks[i].count, groups);
          });
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
  finish(commit(queues_.front(),
                [&](Encoder encoder) { encode_pieces(encoder, Stage::scale, true); }));
}

}  // namespace samebits::metal
