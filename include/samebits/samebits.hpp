// SPDX-License-Identifier: Apache-2.0
//
// samebits: normalizations whose output bits do not depend on how they were computed. All of the
// product; baselines.hpp and testing.hpp are for those who measure.
#pragma once

#include "samebits/core.hpp"
#include "samebits/l2_norm.hpp"
#include "samebits/rms_norm.hpp"
