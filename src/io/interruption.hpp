// SPDX-License-Identifier: Apache-2.0
//
// What a program leaves behind when a signal ends it: no unfinished file.
#pragma once

#include <csignal>
#include <string>

namespace samebits::io {

/// From now on SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU and SIGPIPE remove the unfinished files of
/// this process and say so on standard error, before they end it as they would have; and a file
/// that reaches a size limit is an error of that write instead of the end (SIGXFSZ). Signals that
/// are ignored stay ignored. For a program's main: a library leaves its caller's signals alone.
void remove_unfinished_when_interrupted();

/// While one lives, an interruption waits. Keep it short, and never open a second one inside.
class Uninterrupted {
 public:
  Uninterrupted();
  ~Uninterrupted();
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;

  /// The files that an interruption removes.
  void add_unfinished(const std::string& name);
  void forget_unfinished(const std::string& name);

 private:
  sigset_t before_;
};

}  // namespace samebits::io
