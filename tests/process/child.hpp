// SPDX-License-Identifier: Apache-2.0
//
// Runs a function in a child process and says how the child ended, a hang included.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <string>

namespace samebits::test {

/// "exit 0" and the like, "signal 6", or "hang" if the child had not ended after `seconds`. The
/// child leaves by _exit() with what the function returns; one that must leave otherwise does so
/// itself.
template <class Function>
std::string in_child(unsigned seconds, const Function& function) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(seconds);  // its default action ends the child, whatever lock it waits for
    _exit(function());
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return "no child";
  if (WIFEXITED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
  return WTERMSIG(status) == SIGALRM ? "hang" : "signal " + std::to_string(WTERMSIG(status));
}

}  // namespace samebits::test
