// SPDX-License-Identifier: Apache-2.0
#include "backends/vulkan/call.hpp"

#include <algorithm>
#include <thread>

namespace samebits::vulkan {
namespace {

Limits limits_of(const Device& device) {
  return device.traits().limits;
}

Plan checked_plan(const Device& device, const Operands& operands, const Options& options,
                  const Knobs& knobs) {
  if (knobs.arithmetic == Arithmetic::in_double && !device.traits().has_double) {
    throw Error(Status::unsupported,
                "rms_norm: " + device.traits().description + ": it has no float64");
  }
  return make_plan(operands, options, limits_of(device), knobs);
}

vk::raii::DescriptorPool make_descriptor_pool(Device& device, std::uint32_t sets) {
  const vk::DescriptorPoolSize size{vk::DescriptorType::eStorageBuffer, 6 * sets};
  return {device.handle(),
          vk::DescriptorPoolCreateInfo{}.setMaxSets(sets).setPoolSizes(size).setFlags(
              vk::DescriptorPoolCreateFlagBits::eFreeDescriptorSet)};
}

vk::raii::DescriptorSets make_sets(Device& device, const vk::raii::DescriptorPool& pool,
                                   std::size_t count) {
  const std::vector<vk::DescriptorSetLayout> layouts(count, *device.set_layout());
  return {device.handle(), vk::DescriptorSetAllocateInfo{*pool, layouts}};
}

/// Bound no further than the device allows; buffers of the pool may be larger.
vk::DescriptorBufferInfo buffer_info(const Device& device, const Buffer& buffer) {
  return {buffer.handle(), 0, std::min(buffer.size(), device.traits().limits.binding)};
}

void write_set(Device& device, vk::DescriptorSet set, const std::array<const Buffer*, 6>& all) {
  std::array<vk::DescriptorBufferInfo, 6> infos;
  std::array<vk::WriteDescriptorSet, 6> writes;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    infos[i] = buffer_info(device, *all[i]);
    writes[i] = vk::WriteDescriptorSet{}
                    .setDstSet(set)
                    .setDstBinding(i)
                    .setDescriptorType(vk::DescriptorType::eStorageBuffer)
                    .setBufferInfo(infos[i]);
  }
  device.handle().updateDescriptorSets(writes, {});
}

/// Every stage in one command buffer.
class Sequence final : public Schedule {
 public:
  Sequence(const Work& work, Method method)
      : work_(work), commands_(work.device, 0), times_(work.device) {
    commands_.begin();
    commands_.barrier();
    times_.begin(commands_);
    record(method);
    times_.end(commands_);
    commands_.barrier();
    commands_.end();
  }

  void run() override { commands_.run(); }
  double device_seconds() const override { return times_.span(); }

 private:
  void record(Method method) const {
    if (method != Method::exact) return work_.record_pieces(commands_, Stage::in_float, false);
    work_.record_clear(commands_);
    if (!work_.plan.split) return work_.record_pieces(commands_, Stage::fused, false);
    work_.record_pieces(commands_, Stage::sum, true);
    commands_.barrier();
    record_rows(Stage::decide);
    commands_.barrier();
    // These two end at once in every row that is already decided.
    work_.record_pieces(commands_, Stage::wide, true);
    commands_.barrier();
    record_rows(Stage::wide_decide);
    commands_.barrier();
    work_.record_pieces(commands_, Stage::scale, true);
  }

  void record_rows(Stage stage) const {
    commands_.dispatch(work_.pipelines.of(stage), work_.bindings.of_piece(0), work_.plan.of_rows(),
                       1, work_.plan.rows);
  }

  const Work& work_;
  Commands commands_;
  Timestamps times_;
};

}  // namespace

Specialization::Specialization(const Device& device, const Plan& plan, const Operands& operands,
                               const Options& options, const Knobs& knobs)
    : constants_(plan, operands, options),
      in_double_(plan.arithmetic == Arithmetic::in_double),
      hardware_float_(device.traits().rounds_to_even && !knobs.soft) {}

PipelineKey Specialization::of(Stage stage) const {
  return {.stage = stage,
          .in_double = in_double_ && sums_squares(stage),
          .hardware_float = hardware_float_,
          .constants = constants_.of(stage)};
}

Bindings::Bindings(Device& device, const OperandBuffers& buffers, std::size_t pieces)
    : pool_(make_descriptor_pool(device, static_cast<std::uint32_t>(pieces))),
      sets_(make_sets(device, pool_, pieces)) {
  for (std::size_t i = 0; i < pieces; ++i) write_set(device, *sets_[i], buffers.bindings(i));
}

Work::Work(Device& device_in, const Operands& operands, const Options& options, const Knobs& knobs)
    : device(device_in),
      plan(checked_plan(device, operands, options, knobs)),
      pipelines(device, plan, operands, options, knobs),
      buffers(device, plan, operands, knobs.staging),
      bindings(device, buffers, plan.pieces.size()) {}

void Work::record_pieces(const Commands& commands, Stage stage, bool by_segments) const {
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    const Piece& piece = plan.pieces[i];
    // Pieces share the work buffer, in places that do not meet, which no validation layer can see.
    // They are large enough that waiting between them costs nothing.
    if (i > 0) commands.barrier();
    commands.dispatch(pipelines.of(stage), bindings.of_piece(i), plan.of(piece),
                      by_segments ? piece.segments : 1, piece.rows);
  }
}

void Work::record_clear(const Commands& commands) const {
  const std::uint64_t words = kRowsAt + kRowWords * static_cast<std::uint64_t>(plan.rows);
  commands.recording().fillBuffer(buffers.work().handle(), 0, 4 * std::min(words, plan.work_words),
                                  0);
  commands.barrier();
}

std::unique_ptr<Schedule> make_sequence(const Work& work, Method method) {
  return std::make_unique<Sequence>(work, method);
}

Call::Call(Device& device, std::string name, const Operands& operands, const Options& options)
    : name_(std::move(name)), stats_(options.stats) {
  try {
    work_.emplace(device, operands, options, read_knobs());
    if (options.method == Method::chunked_parallel) {
      const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
      schedule_ = make_stream_race(*work_, options.threads > 0 ? options.threads : cores);
    } else {
      schedule_ = make_sequence(*work_, options.method);
    }
    work_->buffers.upload();
  } catch (...) {
    rethrow_as_error(name_);
  }
}

void Call::run() {
  try {
    schedule_->run();
    seconds_ = schedule_->device_seconds();
  } catch (...) {
    rethrow_as_error(name_);
  }
}

void Call::upload() {
  try {
    work_->buffers.upload();
  } catch (...) {
    rethrow_as_error(name_);
  }
}

void Call::fetch() {
  try {
    work_->buffers.fetch();
    if (stats_ == nullptr) return;
    const auto counters = work_->buffers.counters();
    *stats_ = {
        .rows = work_->plan.rows, .exact_path_rows = counters[0], .ambiguous_rows = counters[1]};
  } catch (...) {
    rethrow_as_error(name_);
  }
}

}  // namespace samebits::vulkan
