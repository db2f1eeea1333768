// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdio>

#include "lab/progress.hpp"

namespace samebits::cli {

/// Colours and progress are for people: only on a terminal, and not where NO_COLOR is set.
bool is_terminal(std::FILE* stream);
bool wants_colour(std::FILE* stream);
/// Columns of the terminal that standard output is, or `elsewhere`.
int terminal_width(int elsewhere);

/// Shows progress on standard error: on a terminal as one line that is cleared at the end,
/// elsewhere, as in a log, as a line every ten seconds, unless `quiet`.
class TerminalProgress final : public lab::Progress {
 public:
  explicit TerminalProgress(bool quiet = false) : visible_(is_terminal(stderr)), quiet_(quiet) {}
  ~TerminalProgress() override { clear(); }
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  void on_step(int step, int steps, std::string_view text) override;
  void clear();

 private:
  void add_line(int step, int steps, std::string_view text);

  bool visible_;
  bool quiet_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace samebits::cli
