// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace samebits::core {

/// How many fork()s lie between the process that loaded the library and this one. What was made at
/// another count belongs to an ancestor: its threads are not here, and its locks may be locked for
/// ever.
std::uint32_t forks();

}  // namespace samebits::core
