// SPDX-License-Identifier: Apache-2.0
#include "tests/gpu/metal_shim/fibers.hpp"

#include <ucontext.h>

#include <memory>
#include <stdexcept>
#include <vector>

namespace samebits::test {
namespace {

constexpr std::size_t kStackBytes = 256 * 1024;

struct Fiber {
  ucontext_t context{};
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(kStackBytes);
  bool done = false;
};

// makecontext passes no pointers, so what runs is found here.
struct Workgroup {
  ucontext_t scheduler{};
  std::vector<Fiber> fibers;
  unsigned current = 0;
  const std::function<void(unsigned)>* body = nullptr;
};
thread_local Workgroup group;

void fiber_main() {
  const unsigned me = group.current;
  (*group.body)(me);
  group.fibers[me].done = true;
  swapcontext(&group.fibers[me].context, &group.scheduler);
}

void start(Fiber& fiber) {
  fiber.done = false;
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack.get();
  fiber.context.uc_stack.ss_size = kStackBytes;
  fiber.context.uc_link = &group.scheduler;
  makecontext(&fiber.context, fiber_main, 0);
}

}  // namespace

void wait_at_barrier() {
  swapcontext(&group.fibers[group.current].context, &group.scheduler);
}

void run_workgroup(unsigned count, const std::function<void(unsigned)>& body) {
  group.body = &body;
  if (group.fibers.size() < count) group.fibers.resize(count);
  for (unsigned i = 0; i < count; ++i) start(group.fibers[i]);
  for (unsigned done = 0; done < count;) {
    done = 0;
    for (unsigned i = 0; i < count; ++i) {
      group.current = i;
      swapcontext(&group.scheduler, &group.fibers[i].context);
      if (group.fibers[i].done) ++done;
    }
    if (done != 0 && done != count) throw std::logic_error("a barrier that not all threads reach");
  }
}

}  // namespace samebits::test
