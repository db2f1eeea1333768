// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace samebits::cli {

bool is_terminal(std::FILE* stream) {
  return isatty(fileno(stream)) != 0;
}

bool wants_colour(std::FILE* stream) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return is_terminal(stream) && (no_colour == nullptr || *no_colour == '\0');
}

int terminal_width(int elsewhere) {
  winsize size{};
  if (!is_terminal(stdout) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return elsewhere;
  }
  return size.ws_col;
}

void TerminalProgress::add_line(int step, int steps, std::string_view text) {
  constexpr std::chrono::seconds kBetween(10);
  const auto now = std::chrono::steady_clock::now();
  if (quiet_ || now - last_ < kBetween) return;
  last_ = now;
  fmt::print(stderr, "{}/{} {}\n", step, steps, text);
}

void TerminalProgress::on_step(int step, int steps, std::string_view text) {
  if (!visible_) return add_line(step, steps, text);
  constexpr int kWidth = 24;
  const int done = steps > 0 ? kWidth * step / steps : 0;
  fmt::print(stderr, "\r\033[K[{:#<{}}{:.<{}}] {}/{}  {:.50}", "", done, "", kWidth - done, step,
             steps, text);
  std::fflush(stderr);
}

void TerminalProgress::clear() {
  if (!visible_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace samebits::cli
