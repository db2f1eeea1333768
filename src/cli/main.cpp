// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
#include <utility>
#include <vector>

#include "cli/command.hpp"

namespace samebits::cli {
namespace {

std::string& stored_command_line() {
  static std::string line;
  return line;
}

int parse_and_run(int argc, char** argv) {
  CLI::App program{
      "RMSNorm with the same bits on every batch size, thread count and device; and a\n"
      "laboratory that measures what any implementation does with them.\n"};
  program.name("samebits");
  program.set_version_flag(
      "--version", fmt::format("samebits {} (contract {})", SAMEBITS_VERSION, kContractVersion));
  program.require_subcommand(1);
  program.get_formatter()->column_width(34);
  program.footer(
      "\nExamples:\n"
      "  samebits compare                        every method on real and synthetic rows\n"
      "  samebits audit                          what can change the bits of each method?\n"
      "  samebits norm --input x.npy --output y.npy\n"
      "  samebits selftest                       are these the published bits?\n"
      "\nExit status: 0 done, 1 a check failed, 2 bad usage or bad input.");

  std::vector<std::pair<CLI::App*, Command>> commands;
  for (const auto add : {add_compare, add_audit, add_replay, add_norm, add_selftest, add_devices}) {
    Command run = add(program);
    commands.emplace_back(program.get_subcommands({}).back(), std::move(run));
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    fmt::print(stderr, "samebits: {} (see samebits --help)\n", error.what());
    return kBadUsage;
  }
  for (const auto& [app, run] : commands) {
    if (app->parsed()) return run();
  }
  return kBadUsage;
}

}  // namespace

void set_command_line(int argc, char** argv) {
  std::string& line = stored_command_line();
  line = "samebits";
  for (int i = 1; i < argc; ++i) line += fmt::format(" {}", argv[i]);
}

const std::string& command_line() {
  return stored_command_line();
}

}  // namespace samebits::cli

int main(int argc, char** argv) {
  try {
    samebits::cli::set_command_line(argc, argv);
    return samebits::cli::parse_and_run(argc, argv);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "samebits: out of memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "samebits: {}\n", error.what());
  }
  return samebits::cli::kBadUsage;
}
