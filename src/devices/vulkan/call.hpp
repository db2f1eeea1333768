// SPDX-License-Identifier: Apache-2.0
//
// One prepared call: operands on the device, commands recorded.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "devices/gpu/constants.hpp"
#include "devices/gpu/program.hpp"
#include "devices/vulkan/operand_buffers.hpp"
#include "devices/vulkan/timestamps.hpp"

namespace samebits::vulkan {

/// The pipelines of one call: the same specialization but for the stage.
class Specialization {
 public:
  Specialization(const Device& device, const Plan& plan, const core::Call& call);
  PipelineKey of(Stage stage) const;

 private:
  ShaderConstants constants_;
  bool in_double_;
  bool hardware_float_;
};

/// Descriptor sets, one a piece.
class Bindings {
 public:
  Bindings(Device& device, const OperandBuffers& buffers, std::size_t pieces);
  vk::DescriptorSet of_piece(std::size_t index) const { return *sets_[index]; }

 private:
  vk::raii::DescriptorPool pool_;
  vk::raii::DescriptorSets sets_;
};

/// All that the methods share.
struct Work {
  Work(Device& device_in, const core::Call& call);

  Device& device;
  Plan plan;
  Program program;
  Specialization pipelines;
  OperandBuffers buffers;
  Bindings bindings;

  void record(const Commands& commands, const Sequence& sequence) const;
};

/// How the work is submitted.
class Schedule {
 public:
  virtual ~Schedule() = default;
  virtual void run() = 0;
  virtual double device_seconds() const = 0;
};

/// One command buffer: every method but chunked-parallel.
std::unique_ptr<Schedule> make_one_after_another(const Work& work);

/// Chunks submitted from `streams` host threads.
std::unique_ptr<Schedule> make_stream_race(const Work& work, int streams);

/// Throws what a Call would, as far as can be told without one.
void require(const Device& device, const core::Call& call);

class Call final : public testing::PreparedCall {
 public:
  /// `device` must outlive the call.
  Call(Device& device, std::string name, const core::Call& call);

  void run() override;
  double device_seconds() const override { return seconds_; }
  void upload() override;
  void fetch() override;

 private:
  /// Throws if the last run has lost work.
  void check() const;

  std::string name_;
  testing::RunStats* stats_;
  std::optional<Work> work_;
  std::unique_ptr<Schedule> schedule_;
  double seconds_ = -1.0;
};

}  // namespace samebits::vulkan
