// SPDX-License-Identifier: Apache-2.0
#include "lab/lane.hpp"

#include <algorithm>

namespace samebits::lab {

void Lane::run_timed(Outputs& outputs) {
  outputs.spoil();
  times_ms_.push_back(time_ms([&] { problem_.run(options_, outputs); }));
  remember(outputs);
}

void Lane::run_loaded(Outputs& outputs) {
  outputs.spoil();
  problem_.run(options_, outputs);
  ++repeatability_.loaded_runs;
  remember(outputs);
}

void Lane::remember(const Outputs& outputs) {
  const Digest digest = outputs.digest();
  ++repeatability_.runs;
  ++seen_[digest];
  repeatability_.distinct_outputs = static_cast<std::int64_t>(seen_.size());
  if (!first_) {
    first_ = outputs;
    first_digest_ = digest;
    return;
  }
  if (digest == first_digest_) return;
  ++repeatability_.differing_runs;
  const Difference found = difference(outputs.y.dtype, outputs.y.data.data(), first_->y.data.data(),
                                      outputs.y.elements());
  repeatability_.differences.merge(found.histogram);
  repeatability_.max_abs_diff = std::max(repeatability_.max_abs_diff, found.max_abs);
}

}  // namespace samebits::lab
