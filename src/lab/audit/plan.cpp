// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "core/thread_pool.hpp"
#include "lab/audit/memory.hpp"

namespace samebits::lab::audit {
namespace {

/// Beyond 256, where block widths have changed in the field.
constexpr std::int64_t kSomeRows = 320;
constexpr std::int64_t kFewRows = 128;
constexpr std::int64_t kFewRows16 = 512;
/// Work for a millisecond or more, so that threads started for a call overlap.
constexpr std::int64_t kRepeatRows = 256;
constexpr std::int64_t kDecodedRows = 64;
constexpr std::int64_t kRepeatRows16 = 512;

int cores() {
  return core::available_cores();
}

Configuration one_call(std::int64_t rows) {
  return {.rows = row_range(0, rows), .calls = {rows}};
}

/// A group whose variations differ from the base by what `change` does with each value.
class Grouping {
 public:
  explicit Grouping(Configuration base) : group_{std::move(base), {}} {}

  template <class Change>
  Grouping& add(std::string label, const Change& change) {
    Variation variation{std::move(label), group_.base};
    change(variation.configuration);
    group_.variations.push_back(std::move(variation));
    return *this;
  }
  Group take() { return std::move(group_); }

 private:
  Group group_;
};

Plan plan_of(Grouping& grouping) {
  Plan plan;
  plan.groups.push_back(grouping.take());
  return plan;
}

Plan not_varied(Word why) {
  return {.groups = {}, .not_varied = why};
}

Plan plan_repeat(const PlanInput& in) {
  Configuration base =
      one_call(std::min(in.rows, in.element_size == 4 ? kRepeatRows : kRepeatRows16));
  // More workers than cores, so that they are interrupted and overtake one another.
  if (in.capabilities.threads) base.threads = std::max(4, 2 * cores());
  Grouping grouping(base);
  for (int i = 1; i <= in.trials; ++i) {
    grouping.add(fmt::format("{}", i), [](Configuration& c) { c.under_load = true; });
  }
  // What is set up once a thread, or once a process.
  constexpr int kTimes = 2;
  for (int i = 1; i <= kTimes; ++i) {
    grouping.add(fmt::format("new thread {}", i), [](Configuration& c) { c.new_thread = true; });
  }
  for (int i = 1; i <= kTimes && in.capabilities.new_process; ++i) {
    grouping.add(fmt::format("new process {}", i), [](Configuration& c) { c.new_process = true; });
  }
  return plan_of(grouping);
}

Plan plan_position(const PlanInput& in) {
  if (in.rows < 2) {
    return not_varied(Word::why_one_position);
  }
  constexpr int kShuffles = 8;
  const std::int64_t rows = std::min(in.rows, kSomeRows);
  Random random(in.seed);
  Grouping grouping(one_call(rows));
  grouping.add("reversed", [](Configuration& c) { std::ranges::reverse(c.rows); });
  for (const std::int64_t by : {std::int64_t{1}, rows / 2, rows - 1}) {
    grouping.add(fmt::format("rotated by {}", by), [&](Configuration& c) {
      std::rotate(c.rows.begin(), c.rows.begin() + static_cast<std::ptrdiff_t>(by), c.rows.end());
    });
  }
  for (int i = 1; i <= kShuffles; ++i) {
    grouping.add(fmt::format("shuffle {}", i), [&](Configuration& c) { shuffle(c.rows, random); });
  }
  return plan_of(grouping);
}

Plan plan_chunk(const PlanInput& in) {
  const std::int64_t rows = std::min<std::int64_t>(in.rows, 1024);
  Grouping grouping(one_call(rows));
  for (const std::int64_t size : {1, 7, 16, 32, 64, 100, 128, 255, 256, 257, 500, 512, 1000}) {
    if (size >= rows) break;
    grouping.add(fmt::format("{} rows", size), [&](Configuration& c) {
      // Of small calls some are enough; each costs a plugin two switches between processes.
      const std::int64_t some = std::min(rows, std::max(kSomeRows, 64 * size));
      c.rows.resize(static_cast<std::size_t>(size < 4 ? std::min(some, kFewRows) : some));
      c.calls = cut(static_cast<std::int64_t>(c.rows.size()), size);
    });
  }
  if (in.capabilities.chunk) {
    for (const std::int64_t columns : {std::int64_t{16}, std::int64_t{32}, std::int64_t{100},
                                       std::int64_t{128}, std::int64_t{1024}, in.columns}) {
      grouping.add(fmt::format("{} columns", columns), [&](Configuration& c) {
        c.chunk = columns;
        c.rows.resize(static_cast<std::size_t>(std::min(rows, kSomeRows)));
        c.calls = {static_cast<std::int64_t>(c.rows.size())};
      });
    }
  }
  if (rows < 2 && !in.capabilities.chunk) {
    return not_varied(Word::why_one_row_uncut);
  }
  return plan_of(grouping);
}

Plan plan_prefill(const PlanInput& in) {
  const std::int64_t rows = std::min<std::int64_t>(in.rows, 384);
  if (rows < 2) {
    return not_varied(Word::why_no_rest);
  }
  Grouping grouping(one_call(rows));
  for (const std::int64_t prompt : {0, 1, 2, 16, 100, 128, 255, 256, 257, 300}) {
    if (prompt >= rows) break;
    grouping.add(fmt::format("{} + {}", prompt, std::min(rows - prompt, kDecodedRows)),
                 [&](Configuration& c) {
                   const std::int64_t decoded = std::min(rows - prompt, kDecodedRows);
                   c.rows.resize(static_cast<std::size_t>(prompt + decoded));
                   c.calls.assign(static_cast<std::size_t>(decoded), 1);
                   if (prompt > 0) c.calls.insert(c.calls.begin(), prompt);
                 });
  }
  return plan_of(grouping);
}

Plan plan_threads(const PlanInput& in) {
  if (!in.capabilities.threads) {
    return not_varied(Word::why_no_knob);
  }
  Configuration base = one_call(std::min(in.rows, kSomeRows));
  base.threads = 1;
  Grouping grouping(base);
  std::set<int> counts = {2, 3, 4, 5, 8, 16, cores(), cores() + 1, 2 * cores()};
  counts.erase(1);
  for (const int count : counts) {
    grouping.add(fmt::format("{}", count), [&](Configuration& c) { c.threads = count; });
  }
  return plan_of(grouping);
}

Plan plan_streams(const PlanInput& in) {
  if (!in.capabilities.concurrent_calls) {
    return not_varied(Word::why_no_streams);
  }
  Grouping grouping(one_call(std::min(in.rows, kSomeRows)));
  for (const int callers : {2, 3, 4, 8}) {
    for (int i = 1; i <= 4; ++i) {
      grouping.add(fmt::format("{} calls, try {}", callers, i),
                   [&](Configuration& c) { c.callers = callers; });
    }
  }
  return plan_of(grouping);
}

Plan plan_simd(const PlanInput& in) {
  const auto& targets = in.capabilities.simd;
  if (targets.size() < 2) {
    return not_varied(Word::why_no_instructions);
  }
  Configuration base = one_call(std::min(in.rows, kSomeRows));
  base.simd = targets.front();
  Grouping grouping(base);
  for (std::size_t i = 1; i < targets.size(); ++i) {
    grouping.add(targets[i], [&](Configuration& c) { c.simd = targets[i]; });
  }
  return plan_of(grouping);
}

Plan plan_alignment(const PlanInput& in) {
  const int step = in.capabilities.alignment_step;
  if (step == 0 && !in.capabilities.strides) {
    return not_varied(Word::why_dense_only);
  }
  Grouping grouping(one_call(std::min(in.rows, kFewRows)));
  for (int offset = step; step > 0 && offset < static_cast<int>(kCacheLine); offset += step) {
    grouping.add(fmt::format("x +{}", offset), [&](Configuration& c) { c.x_offset = offset; });
    grouping.add(fmt::format("y +{}", offset), [&](Configuration& c) { c.y_offset = offset; });
    grouping.add(fmt::format("weight +{}", offset),
                 [&](Configuration& c) { c.weight_offset = offset; });
    grouping.add(fmt::format("all +{}", offset),
                 [&](Configuration& c) { c.x_offset = c.y_offset = c.weight_offset = offset; });
  }
  for (const std::int64_t padding : {1, 2, 3, 7, 8, 15, 16, 17, 33, 64}) {
    if (!in.capabilities.strides) break;
    grouping.add(fmt::format("x stride +{}", padding),
                 [&](Configuration& c) { c.x_padding = padding; });
    grouping.add(fmt::format("y stride +{}", padding),
                 [&](Configuration& c) { c.y_padding = padding; });
  }
  return plan_of(grouping);
}

Plan plan_in_place(const PlanInput& in) {
  if (!in.capabilities.in_place) {
    return not_varied(Word::why_not_in_place);
  }
  const std::int64_t rows = std::min(in.rows, kSomeRows);
  const bool strides = in.capabilities.strides;
  Plan plan;
  for (const bool residual : {false, true}) {
    if (residual && !in.capabilities.residual) continue;
    Configuration base = one_call(rows);
    if (residual) base.residual = ResidualUse::fused;
    Grouping grouping(base);
    const std::string with = residual ? ", residual" : "";
    grouping.add("y = x" + with, [](Configuration& c) { c.in_place = InPlace::straight; });
    if (strides) {
      grouping.add("y = x" + with + ", strided", [](Configuration& c) {
        c.in_place = InPlace::straight;
        c.x_padding = 5;
      });
    }
    if (residual && in.capabilities.in_place_crossed) {
      grouping.add("y = residual", [](Configuration& c) { c.in_place = InPlace::crossed; });
    }
    plan.groups.push_back(grouping.take());
  }
  return plan;
}

Plan plan_fusion(const PlanInput& in) {
  if (!in.capabilities.residual) {
    return not_varied(Word::why_no_residual);
  }
  Plan plan;
  const std::int64_t most = std::min(in.rows, kSomeRows);
  const std::set<std::int64_t> sizes = {most, std::min<std::int64_t>(most, 64), 1};
  for (const std::int64_t size : sizes) {
    const std::int64_t rows = size == 1 ? std::min(most, kDecodedRows) : most;
    Configuration base = one_call(rows);
    base.calls = cut(rows, size);
    base.residual = ResidualUse::fused;
    Grouping grouping(base);
    grouping.add(fmt::format("calls of {}", size),
                 [](Configuration& c) { c.residual = ResidualUse::added_first; });
    plan.groups.push_back(grouping.take());
  }
  return plan;
}

Plan plan_columns(const PlanInput& in) {
  if (in.columns < 2) {
    return not_varied(Word::why_one_column);
  }
  constexpr int kShuffles = 8;
  Random random(in.seed);
  Grouping grouping(one_call(std::min(in.rows, kSomeRows)));
  grouping.add("reversed", [](Configuration& c) { c.column_order = 1; });
  for (int i = 1; i <= kShuffles; ++i) {
    grouping.add(fmt::format("shuffle {}", i), [&](Configuration& c) {
      c.column_order = std::max<std::uint64_t>(2, random.next());
    });
  }
  return plan_of(grouping);
}

Plan plan_environment(const PlanInput& in) {
  const FloatState states[] = {
      {.flush_to_zero = true},
      {.denormals_are_zero = true},
      {.flush_to_zero = true, .denormals_are_zero = true},
      {.rounding = Rounding::upward},
      {.rounding = Rounding::downward},
      {.rounding = Rounding::toward_zero},
      {.rounding = Rounding::upward, .flush_to_zero = true, .denormals_are_zero = true},
  };
  Grouping grouping(one_call(std::min(in.rows, kSomeRows)));
  for (const FloatState& state : states) {
    grouping.add(describe(state), [&](Configuration& c) { c.environment = state; });
  }
  return plan_of(grouping);
}

Plan plan_device(const PlanInput& in) {
  if (in.capabilities.devices.empty()) {
    return not_varied(Word::why_one_device);
  }
  Grouping grouping(one_call(std::min(in.rows, kSomeRows)));
  for (const std::string& device : in.capabilities.devices) {
    grouping.add(device, [&](Configuration& c) { c.device = device; });
  }
  return plan_of(grouping);
}

}  // namespace

std::int64_t few_rows(const PlanInput& in) {
  return in.element_size == 4 ? kFewRows : kFewRows16;
}

std::vector<std::int64_t> cut(std::int64_t rows, std::int64_t size) {
  std::vector<std::int64_t> calls(static_cast<std::size_t>(rows / size), size);
  if (rows % size != 0) calls.push_back(rows % size);
  return calls;
}

Plan plan(Axis axis, const PlanInput& input) {
  switch (axis) {
    case Axis::repeat:
      return plan_repeat(input);
    case Axis::position:
      return plan_position(input);
    case Axis::chunk:
      return plan_chunk(input);
    case Axis::prefill:
      return plan_prefill(input);
    case Axis::threads:
      return plan_threads(input);
    case Axis::streams:
      return plan_streams(input);
    case Axis::simd:
      return plan_simd(input);
    case Axis::alignment:
      return plan_alignment(input);
    case Axis::in_place:
      return plan_in_place(input);
    case Axis::fusion:
      return plan_fusion(input);
    case Axis::columns:
      return plan_columns(input);
    case Axis::environment:
      return plan_environment(input);
    case Axis::device:
      return plan_device(input);
    case Axis::batch:
    case Axis::together:
      break;
  }
  return {};
}

}  // namespace samebits::lab::audit
