// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/axis.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "io/message.hpp"
#include "samebits/testing.hpp"

namespace samebits::lab::audit {
namespace {

struct Entry {
  Axis axis;
  std::string_view name;
  Word title;
  Word definition;
};

constexpr Entry kEntries[] = {
    {Axis::repeat, "repeat", Word::axis_repeat, Word::axis_repeat_meaning},
    {Axis::batch, "batch", Word::axis_batch, Word::axis_batch_meaning},
    {Axis::position, "position", Word::axis_position, Word::axis_position_meaning},
    {Axis::chunk, "chunk", Word::axis_chunk, Word::axis_chunk_meaning},
    {Axis::prefill, "prefill", Word::axis_prefill, Word::axis_prefill_meaning},
    {Axis::threads, "threads", Word::axis_threads, Word::axis_threads_meaning},
    {Axis::streams, "streams", Word::axis_streams, Word::axis_streams_meaning},
    {Axis::simd, "simd", Word::axis_simd, Word::axis_simd_meaning},
    {Axis::alignment, "alignment", Word::axis_alignment, Word::axis_alignment_meaning},
    {Axis::in_place, "in-place", Word::axis_in_place, Word::axis_in_place_meaning},
    {Axis::fusion, "fusion", Word::axis_fusion, Word::axis_fusion_meaning},
    {Axis::columns, "columns", Word::axis_columns, Word::axis_columns_meaning},
    {Axis::environment, "environment", Word::axis_environment, Word::axis_environment_meaning},
    {Axis::device, "device", Word::axis_device, Word::axis_device_meaning},
    {Axis::together, "together", Word::axis_together, Word::axis_together_meaning},
};

const Entry& entry(Axis axis) {
  return kEntries[static_cast<std::size_t>(axis)];
}

}  // namespace

std::span<const Axis> all_axes() {
  static const auto axes = [] {
    std::array<Axis, std::size(kEntries)> result{};
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = kEntries[i].axis;
    return result;
  }();
  return axes;
}

std::string_view name_of(Axis axis) {
  return entry(axis).name;
}

Axis parse_axis(std::string_view name) {
  std::string known;
  for (const Entry& e : kEntries) {
    if (e.name == name) return e.axis;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", e.name);
  }
  throw Error(Status::invalid_argument,
              fmt::format("axis {} is unknown; expected one of {}", io::quote(name), known));
}

std::string title(Axis axis, Language language) {
  return say(language, entry(axis).title);
}

std::string definition(Axis axis, Language language) {
  return say(language, entry(axis).definition);
}

}  // namespace samebits::lab::audit
