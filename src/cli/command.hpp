// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "samebits/testing.hpp"

namespace samebits::cli {

/// What the program exits with.
enum Exit { kDone = 0, kCheckFailed = 1, kBadUsage = 2 };

/// A sub-command adds itself to the program and says what to run if it is chosen.
using Command = std::function<int()>;

Command add_compare(CLI::App& program);
Command add_audit(CLI::App& program);
Command add_replay(CLI::App& program);
Command add_norm(CLI::App& program);
Command add_selftest(CLI::App& program);
Command add_devices(CLI::App& program);

/// The command line as it was typed, for reports: how to do this again.
void set_command_line(int argc, char** argv);
const std::string& command_line();

}  // namespace samebits::cli
