// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/host_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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

}  // namespace

HostProcess::HostProcess(const std::string& program, const std::string& library, int memory) {
  int ends[2] = {-1, -1};
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  const int files[] = {private_copy(ends[0]), private_copy(ends[1]), private_copy(memory)};
#if defined(SO_NOSIGPIPE)
  const int yes = 1;
  setsockopt(files[0], SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof(yes));
#endif
  const bool made = std::ranges::count(files, -1) == 0;
  const int error = made ? spawn(process_, program, library, files[1], files[2]) : EMFILE;
  for (const int fd : {ends[0], ends[1], files[1], files[2]}) close(fd);
  socket_ = files[0];
  if (error == 0) return;
  close(socket_);
  throw Error(Status::internal, fmt::format("audit: cannot start {} to host a plugin: {}",
                                            io::quote(program), std::strerror(error)));
}

HostProcess::~HostProcess() {
  close(socket_);
  end(1.0);
}

std::optional<int> HostProcess::end(double seconds) {
  if (process_ < 0) return std::nullopt;
  const std::optional<int> status = status_within(seconds);
  if (!status) {
    // The number is still this process's, since nobody has waited for it.
    kill(process_, SIGKILL);
    status_within(5.0);
  }
  process_ = -1;
  return status;
}

std::optional<int> HostProcess::status_within(double seconds) const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(process_, &status, WNOHANG);
    if (ended == process_ || (ended < 0 && errno != EINTR)) return status;
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace samebits::lab::audit
