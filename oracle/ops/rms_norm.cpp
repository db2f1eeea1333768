// SPDX-License-Identifier: Apache-2.0
#include "oracle/oracle.hpp"

namespace samebits::oracle {

Result rms_norm(const Row& row) {
  return scaled(row, [](std::span<const uint32_t> x, double eps) {
    return inverse_sqrt(mean_square(Format::float32, x, eps));
  });
}

}  // namespace samebits::oracle
