// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/speed.hpp"

#include <algorithm>
#include <vector>

#include "core/thread_pool.hpp"
#include "io/array.hpp"
#include "lab/copy_speed.hpp"
#include "lab/statistics.hpp"
#include "lab/timer.hpp"

namespace samebits::lab::audit {

Speed measure_speed(Witness& witness) {
  const Inputs& inputs = witness.inputs();
  constexpr int kRounds = 5;
  const Configuration configuration{.rows = row_range(0, inputs.rows()), .calls = {inputs.rows()}};
  ParallelCopy copy(core::available_cores());
  std::vector<double> calls;
  std::vector<double> copies;
  io::Array target = inputs.x;
  witness.execute(configuration);  // first use makes threads and maps pages
  for (int i = 0; i < kRounds; ++i) {
    calls.push_back(1e3 * witness.execute(configuration).seconds);
    double best = 1e300;
    for (const CopyKind kind : {CopyKind::plain, CopyKind::streaming}) {
      best = std::min(best,
                      time_ms([&] { copy.run(kind, inputs.x.data.bytes(), target.data.bytes()); }));
    }
    copies.push_back(best);
  }
  const double call = summarize(calls).median;
  return {.dtype = inputs.dtype(),
          .rows = inputs.rows(),
          .columns = inputs.columns(),
          .median_ms = call,
          .copy_share = call > 0 ? summarize(copies).median / call : 0.0};
}

}  // namespace samebits::lab::audit
