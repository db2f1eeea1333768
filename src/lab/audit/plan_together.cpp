// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "lab/audit/plan.hpp"

namespace samebits::lab::audit {
namespace {

template <class T>
const T& pick(const std::vector<T>& values, Random& random) {
  return values[random.below(values.size())];
}

bool coin(Random& random) {
  return random.below(2) == 0;
}

void vary_rows(Configuration& c, Axis axis, const PlanInput& in, Random& random) {
  if (axis == Axis::position) shuffle(c.rows, random);
  if (axis == Axis::batch) {
    const auto most = static_cast<std::uint64_t>(std::min<std::int64_t>(in.rows, 600));
    c.rows.resize(1 + random.below(most));
    for (auto& row : c.rows) row = static_cast<std::int64_t>(random.below(most));
    c.calls = {static_cast<std::int64_t>(c.rows.size())};
  }
  if (axis == Axis::chunk || axis == Axis::prefill) {
    auto left = static_cast<std::int64_t>(c.rows.size());
    c.calls.clear();
    while (left > 0) {
      // A few calls of any size; a fixed fraction of the rest would never end.
      const auto call =
          1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(left)));
      c.calls.push_back(call);
      left -= call;
    }
  }
}

void vary_knobs(Configuration& c, Axis axis, const PlanInput& in, Random& random) {
  const Capabilities& can = in.capabilities;
  switch (axis) {
    case Axis::threads:
      if (can.threads) c.threads = static_cast<int>(1 + random.below(8));
      break;
    case Axis::chunk:
      if (can.chunk && coin(random)) {
        c.chunk =
            static_cast<std::int64_t>(1 + random.below(static_cast<std::uint64_t>(in.columns)));
      }
      break;
    case Axis::streams:
      if (can.concurrent_calls) c.callers = static_cast<int>(1 + random.below(4));
      break;
    case Axis::simd:
      if (!can.simd.empty()) c.simd = pick(can.simd, random);
      break;
    case Axis::device:
      if (!can.devices.empty() && coin(random)) c.device = pick(can.devices, random);
      break;
    case Axis::columns:
      c.column_order = coin(random) ? 0 : std::max<std::uint64_t>(2, random.next());
      break;
    case Axis::environment:
      c.environment = {.rounding = static_cast<Rounding>(random.below(4)),
                       .flush_to_zero = coin(random),
                       .denormals_are_zero = coin(random)};
      break;
    default:
      break;
  }
}

void vary_places(Configuration& c, Axis axis, const PlanInput& in, Random& random) {
  const Capabilities& can = in.capabilities;
  if (axis == Axis::alignment) {
    c.low_end = coin(random);
    if (can.alignment_step > 0) {
      const auto places = static_cast<std::uint64_t>(64 / can.alignment_step);
      const auto offset = [&] {
        return static_cast<int>(random.below(places)) * can.alignment_step;
      };
      c.x_offset = offset();
      c.y_offset = offset();
      c.weight_offset = offset();
    }
    if (can.strides) {
      c.x_padding = static_cast<std::int64_t>(random.below(70));
      c.y_padding = static_cast<std::int64_t>(random.below(70));
    }
  }
  if (axis == Axis::in_place && can.in_place) {
    c.in_place = coin(random)                           ? InPlace::no
                 : can.in_place_crossed && coin(random) ? InPlace::crossed
                                                        : InPlace::straight;
  }
  if (axis == Axis::fusion && c.residual != ResidualUse::none && coin(random)) {
    c.residual = ResidualUse::added_first;
  }
}

}  // namespace

Configuration plain_configuration(const PlanInput& in, bool fused) {
  const std::int64_t rows = std::min<std::int64_t>(in.rows, 600);
  Configuration c{.rows = row_range(0, rows), .calls = {rows}};
  if (fused) c.residual = ResidualUse::fused;
  return c;
}

Configuration random_configuration(const std::vector<Axis>& axes, const PlanInput& in, bool fused,
                                   Random& random) {
  Configuration c = plain_configuration(in, fused);
  for (const Axis axis : axes) {
    vary_rows(c, axis, in, random);
    vary_knobs(c, axis, in, random);
    vary_places(c, axis, in, random);
  }
  if (in.capabilities.exact_path && random.below(8) == 0) c.force_exact_path = true;
  return c;
}

}  // namespace samebits::lab::audit
