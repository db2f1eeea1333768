# SPDX-License-Identifier: Apache-2.0
#
# Every bit rests on these, so they stand in one place and apply to every target of ours.
#   -ffp-contract=off   no fused multiply-add that the source does not name; gcc fuses by default
#   -fno-fast-math      undoes a -ffast-math in CXXFLAGS (numeric/portable.hpp refuses it anyway)
#   -fno-math-errno     lets sqrt be the one instruction it is; changes no value
#   -ftrapping-math     keeps comparisons with NaN as they are written
set(SAMEBITS_FLOAT_FLAGS -fno-fast-math -ffp-contract=off -fno-math-errno -ftrapping-math)
