// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/host_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "io/message.hpp"
#include "lab/audit/plugin_wire.hpp"
#include "lab/audit/subject_host.hpp"
#include "samebits/samebits.hpp"

extern char** environ;

namespace samebits::lab::audit {
namespace {

/// Returns what posix_spawn() does: 0, or the number of an error.
int spawn(pid_t& process, const std::string& program, const std::string& library, int socket,
          int memory) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  for (int fd = 0; fd < 3; ++fd) {
    posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
  }
  posix_spawn_file_actions_adddup2(&files, socket, wire::kSocket);
  posix_spawn_file_actions_adddup2(&files, memory, wire::kMemory);
  std::string arguments[] = {"samebits", std::string(kSubjectHost), library};
  char* const argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
  const int error = posix_spawn(&process, program.c_str(), &files, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

/// Another descriptor of what `fd` is of, for this program alone, and numbered above those of a
/// host: one of these could be overwritten before it is used.
int private_copy(int fd) {
  constexpr int kLeast = 16;
  return fcntl(fd, F_DUPFD_CLOEXEC, kLeast);
}

/// Both ends of a stream socket.
struct Ends {
  int ours = -1;
  int theirs = -1;

  Ends() {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return;
    ours = private_copy(pair[0]);
    theirs = private_copy(pair[1]);
    for (const int fd : pair) close(fd);
#if defined(SO_NOSIGPIPE)
    const int yes = 1;
    setsockopt(ours, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof(yes));
#endif
  }
};

}  // namespace

HostProcess::HostProcess(const std::string& program, const std::string& library, int memory) {
  const Ends ends;
  const int file = private_copy(memory);
  const bool made = ends.ours >= 0 && ends.theirs >= 0 && file >= 0;
  const int error = made ? spawn(process_, program, library, ends.theirs, file) : EMFILE;
  socket_ = ends.ours;
  close(ends.theirs);
  close(file);
  if (error == 0) return;
  close(socket_);
  throw Error(Status::internal, fmt::format("audit: cannot start {} to host a plugin: {}",
                                            io::quote(program), std::strerror(error)));
}

HostProcess::~HostProcess() {
  close(socket_);
  if (!end_within(1.0)) kill();
}

std::optional<int> HostProcess::end_within(double seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!status_) {
    int status = 0;
    const pid_t ended = waitpid(process_, &status, WNOHANG);
    if (ended == process_ || (ended < 0 && errno != EINTR)) {
      status_ = status;
    } else if (std::chrono::steady_clock::now() >= deadline) {
      break;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return status_;
}

void HostProcess::kill() {
  // The number cannot have been given to another process, since nobody has waited for this one.
  if (!status_) ::kill(process_, SIGKILL);
  end_within(5.0);
}

}  // namespace samebits::lab::audit
