// SPDX-License-Identifier: Apache-2.0
//
// The threads of one workgroup, one after the other on one thread of the host, each from barrier to
// barrier.
#pragma once

#include <functional>

namespace samebits::test {

/// Calls body(0) to body(count - 1) as if at once. Throws std::logic_error if they do not all come
/// to the same barriers, which a GPU would answer by hanging.
void run_workgroup(unsigned count, const std::function<void(unsigned)>& body);

/// For a body: waits until all have come here.
void wait_at_barrier();

}  // namespace samebits::test
