// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/plugin_wire.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace samebits::lab::audit::wire {

bool send_bytes(int socket, const void* bytes, std::size_t size) {
#if defined(MSG_NOSIGNAL)
  constexpr int kNoSignal = MSG_NOSIGNAL;
#else
  constexpr int kNoSignal = 0;  // there the socket itself is told to raise none
#endif
  const auto* at = static_cast<const std::byte*>(bytes);
  while (size > 0) {
    const ssize_t sent = send(socket, at, size, kNoSignal);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_bytes(int socket, void* bytes, std::size_t size, Clock::time_point deadline) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongestWait = std::chrono::hours(1);
  auto* at = static_cast<std::byte*>(bytes);
  while (size > 0) {
    const auto now = Clock::now();
    const auto left = now < deadline ? deadline - now : Clock::duration(0);
    const auto wait = std::min<Clock::duration>(left, kLongestWait);
    pollfd ready{socket, POLLIN, 0};
    const int count =
        poll(&ready, 1, static_cast<int>(std::chrono::ceil<milliseconds>(wait).count()));
    if (count == 0 && Clock::now() >= deadline) return false;
    if (count == 0 || (count < 0 && errno == EINTR)) continue;
    const ssize_t received = recv(socket, at, size, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return false;
    at += received;
    size -= static_cast<std::size_t>(received);
  }
  return true;
}

}  // namespace samebits::lab::audit::wire
