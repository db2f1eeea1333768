// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstdio>
#include <samebits/samebits.hpp>

int main() {
  const float x[] = {1.0f, -2.0f, 3.0f, 0.1f}, w[] = {1.0f, 0.5f, 3.0f, 7.0f};
  float y[4];
  samebits::rms_norm({.x = samebits::view(x, 1, 4),
                      .weight = samebits::view(w, 4),
                      .y = samebits::view(y, 1, 4),
                      .eps = 1e-5});
  for (const float v : y) std::printf("%08x ", std::bit_cast<unsigned>(v));
}
