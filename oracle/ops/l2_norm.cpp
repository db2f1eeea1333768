// SPDX-License-Identifier: Apache-2.0
#include "oracle/oracle.hpp"

namespace samebits::oracle {

Result l2_norm(const Row& row) {
  return scaled(row, [](std::span<const uint32_t> x, double eps) {
    return inverse_sqrt(sum_of_squares(Format::float32, x) + mpq_class(eps));
  });
}

}  // namespace samebits::oracle
