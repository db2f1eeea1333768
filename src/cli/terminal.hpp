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

/// Draws progress on standard error, in one line that is cleared at the end; silent elsewhere.
class TerminalProgress final : public lab::Progress {
 public:
  TerminalProgress() : visible_(is_terminal(stderr)) {}
  ~TerminalProgress() override { clear(); }
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  void on_step(int step, int steps, std::string_view text) override;
  void clear();

 private:
  bool visible_;
};

}  // namespace samebits::cli
