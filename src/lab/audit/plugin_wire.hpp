// SPDX-License-Identifier: Apache-2.0
//
// What the audit and the process that hosts a plugin tell each other over a stream socket:
// structures of fixed size, each after its length. Both map the operands' memory, each at an
// address of its own, so messages name places in it by their offset. The plugin could write to the
// socket too: the audit checks all it receives.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "lab/audit/float_state.hpp"
#include "samebits/subject.h"

namespace samebits::lab::audit::wire {

inline constexpr int kSocket = 3;            ///< a descriptor of the host, as is the next
inline constexpr int kMemory = 4;            ///< what the operands lie in
inline constexpr std::size_t kOperands = 5;  ///< x, weight, residual, y, residual_output
inline constexpr std::uint64_t kNowhere = UINT64_MAX;

/// Pages of the memory that a call may touch.
struct Pages {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;  ///< 0: none
  std::uint32_t writable = 0;
};

/// To the host.
struct Call {
  samebits_subject_call_t call{};  ///< without its addresses
  std::array<std::uint64_t, kOperands> offsets{};
  std::array<Pages, kOperands> pages{};
  std::array<char, 32> simd{};  ///< empty: none
  std::uint32_t environment = 0;
  std::uint32_t new_thread = 0;
};

enum class LoadResult : std::uint32_t { ready, cannot_load, wrong_version };

/// From the host, once it has loaded the library, or failed to.
struct Loaded {
  LoadResult result = LoadResult::cannot_load;
  std::uint32_t version = 0;
  std::uint32_t dtypes = 0;
  std::uint32_t weight_modes = 0;
  std::uint32_t varies = 0;
  std::uint32_t environment_after_load = 0;
  std::array<char, 64> name{};
  std::array<char, 256> summary{};
  std::array<char, 256> simd_targets{};
  std::array<char, 512> error{};  ///< with cannot_load
};

/// From the host, after a call.
struct Reply {
  std::int32_t status = 0;
  std::uint32_t no_thread = 0;  ///< none could be started for the call, which was not made
  std::uint32_t environment_after = 0;
  double seconds = 0.0;
  /// From a signal handler: the place in the memory whose use ends the host now.
  std::uint64_t fault_offset = kNowhere;
};

inline std::uint32_t encode(const FloatState& state) {
  return static_cast<std::uint32_t>(state.rounding) | (state.flush_to_zero ? 4u : 0u) |
         (state.denormals_are_zero ? 8u : 0u);
}

inline FloatState decode_float_state(std::uint32_t code) {
  return {.rounding = static_cast<Rounding>(code & 3u),
          .flush_to_zero = (code & 4u) != 0,
          .denormals_are_zero = (code & 8u) != 0};
}

using Clock = std::chrono::steady_clock;

/// False if the other side is gone. A signal handler may call it.
bool send_bytes(int socket, const void* bytes, std::size_t size);
/// False if the other side is gone, or it is too late.
bool receive_bytes(int socket, void* bytes, std::size_t size, Clock::time_point deadline);

template <class Message>
bool send_message(int socket, const Message& message) {
  const std::uint64_t size = sizeof(message);
  return send_bytes(socket, &size, sizeof(size)) && send_bytes(socket, &message, sizeof(message));
}

/// False also if anything else was sent.
template <class Message>
bool receive_message(int socket, Message& message, Clock::time_point deadline) {
  std::uint64_t size = 0;
  return receive_bytes(socket, &size, sizeof(size), deadline) && size == sizeof(message) &&
         receive_bytes(socket, &message, sizeof(message), deadline);
}

}  // namespace samebits::lab::audit::wire
