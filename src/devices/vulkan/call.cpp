// SPDX-License-Identifier: Apache-2.0
#include "devices/vulkan/call.hpp"

#include <algorithm>
#include <utility>

#include "core/thread_pool.hpp"

namespace samebits::vulkan {
namespace {

Limits limits_of(const Device& device) {
  return device.traits().limits;
}

Plan checked_plan(const Device& device, const core::Call& call) {
  if (call.options.gpu.arithmetic == testing::Arithmetic::in_double &&
      !device.traits().has_double) {
    throw Error(Status::unsupported, device.traits().description + ": it has no float64");
  }
  return make_plan(call, limits_of(device));
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

/// Everything in one command buffer.
class OneAfterAnother final : public Schedule {
 public:
  explicit OneAfterAnother(const Work& work) : commands_(work.device, 0), times_(work.device) {
    commands_.begin();
    commands_.barrier();
    times_.begin(commands_);
    work.buffers.record_clear(commands_);
    work.record(commands_, work.program.sequence);
    times_.end(commands_);
    work.buffers.record_report(commands_);
    commands_.end();
  }

  void run() override { commands_.run(); }
  double device_seconds() const override { return times_.span(); }

 private:
  Commands commands_;
  Timestamps times_;
};

}  // namespace

Specialization::Specialization(const Device& device, const Plan& plan, const core::Call& call)
    : constants_(plan, call),
      in_double_(plan.in_double),
      hardware_float_(device.traits().rounds_to_even && !call.options.gpu.soft) {}

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

Work::Work(Device& device_in, const core::Call& call)
    : device(device_in),
      plan(checked_plan(device, call)),
      program(program_of(plan)),
      pipelines(device, plan, call),
      buffers(device, plan, call),
      bindings(device, buffers, plan.pieces.size()) {}

void Work::record(const Commands& commands, const Sequence& sequence) const {
  // Pieces share the work buffer, in places that do not meet, which no validation layer can see.
  // They are large enough that waiting between them costs nothing.
  bool first = true;
  for (const Dispatch& d : sequence) {
    if (!std::exchange(first, false)) commands.barrier();
    commands.dispatch(pipelines.of(d.stage), bindings.of_piece(d.piece), d.parameters, d.groups,
                      d.rows);
  }
}

std::unique_ptr<Schedule> make_one_after_another(const Work& work) {
  return std::make_unique<OneAfterAnother>(work);
}

void require(const Device& device, const core::Call& call) {
  checked_plan(device, call);
}

Call::Call(Device& device, std::string name, const core::Call& call)
    : name_(std::move(name)), stats_(call.options.stats) {
  try {
    work_.emplace(device, call);
    if (call.options.method == Method::chunked_parallel) {
      const int streams = core::crew_of(call.options.threads, call.options.executor).threads;
      schedule_ = make_stream_race(*work_, streams);
    } else {
      schedule_ = make_one_after_another(*work_);
    }
    work_->buffers.upload();
  } catch (...) {
    rethrow_as_error(name_);
  }
}

void Call::run() {
  try {
    schedule_->run();
    check();
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
    const Report report = work_->buffers.report();
    *stats_ = {.rows = work_->plan.rows,
               .integer_rows = report.integer_rows(),
               .ambiguous_rows = report.ambiguous_rows()};
  } catch (...) {
    rethrow_as_error(name_);
  }
}

void Call::check() const {
  check_complete(work_->buffers.report(), work_->plan, name_);
}

}  // namespace samebits::vulkan
