/* SPDX-License-Identifier: Apache-2.0 */
#include <samebits/samebits.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const float x[] = {1.0f, -2.0f, 3.0f, 0.1f}, w[] = {1.0f, 0.5f, 3.0f, 7.0f};
  float y[4];
  unsigned bits[4];
  samebits_rms_norm_args args = samebits_rms_norm_init();
  args.rows = 1;
  args.columns = 4;
  args.x = x;
  args.weight = w;
  args.y = y;
  args.eps = 1e-5;
  if (samebits_rms_norm(&args, NULL) != SAMEBITS_OK) {
    fprintf(stderr, "%s\n", samebits_last_error());
    return 1;
  }
  memcpy(bits, y, sizeof(bits));
  printf("%08x %08x %08x %08x ", bits[0], bits[1], bits[2], bits[3]);
  return 0;
}
