// SPDX-License-Identifier: Apache-2.0
//
// The process that hosts a plugin, as the audit sees it: its start and its end.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace samebits::lab::audit {

class HostProcess {
 public:
  /// Starts `program` as the host of `library`; the operands lie in the file `memory`. It can be
  /// called at any time, whatever threads there are. Throws Error.
  HostProcess(const std::string& program, const std::string& library, int memory);
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  /// The audit's end of the socket.
  int socket() const { return socket_; }

  /// The status with which the process has ended, as waitpid() tells it. If it has not after so
  /// many seconds, it is killed, and there is none.
  std::optional<int> end(double seconds);

 private:
  std::optional<int> status_within(double seconds) const;

  int socket_ = -1;
  pid_t process_ = -1;  ///< -1: it has ended
};

}  // namespace samebits::lab::audit
