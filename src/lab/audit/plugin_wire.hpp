// SPDX-License-Identifier: Apache-2.0
//
// What the audit and the process that holds a plugin say to each other: structures of fixed size,
// one a packet. Addresses are good on both sides, since the arena is shared by a fork.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "lab/audit/float_state.hpp"
#include "lab/audit/memory.hpp"
#include "samebits/subject.h"

namespace samebits::lab::audit::wire {

inline constexpr std::size_t kBlocks = 5;

struct Request {
  bool quit = false;
  samebits_subject_call_t call{};
  std::array<char, 32> simd{};  ///< empty: none
  FloatState environment{};
  bool new_thread = false;
  std::array<Block, kBlocks> blocks{};
};

enum class Greeting { ready, cannot_load, wrong_version };

/// From the worker, once it has loaded the library, or failed to.
struct Hello {
  Greeting greeting = Greeting::cannot_load;
  std::uint32_t version = 0;
  std::uint32_t dtypes = 0;
  std::uint32_t weight_modes = 0;
  std::uint32_t varies = 0;
  FloatState state_after_load{};
  std::array<char, 64> name{};
  std::array<char, 256> summary{};
  std::array<char, 256> simd_targets{};
  std::array<char, 512> error{};  ///< with cannot_load
};

/// From the worker, after a call.
struct Reply {
  int status = 0;
  bool no_thread = false;  ///< none could be started for the call, which was not made
  FloatState environment_after{};
  double seconds = 0.0;
};

/// From the keeper, when a worker has ended.
struct Obituary {
  int wait_status = 0;
};

/// In shared memory: which process the worker is, and what its last signal was about.
struct LastWords {
  pid_t worker = 0;
  int signal = 0;
  const void* address = nullptr;
};

/// The descriptors and memory of the forked side.
struct ChildEnds {
  int work = -1;     ///< worker: requests in, replies out
  int control = -1;  ///< keeper: obituaries out, leave to go on in
  std::byte* arena = nullptr;
  std::size_t arena_bytes = 0;
  LastWords* last_words = nullptr;
  const char* path = nullptr;
};

/// The forked side: forks a worker, waits for its end, tells, forks the next. Never returns.
[[noreturn]] void keep_workers(const ChildEnds& ends);

}  // namespace samebits::lab::audit::wire
