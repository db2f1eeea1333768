// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "io/interruption.hpp"
#include "io/message.hpp"
#include "lab/audit/subject_host.hpp"

namespace samebits::cli {
namespace {

/// As a shell would have to be told it.
std::string shell_quoted(std::string_view argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%";
  if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(argument);
  }
  std::string text;
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return fmt::format("'{}'", text);
}

std::vector<std::string> command_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::string& stored_command_line() {
  static std::string line;
  return line;
}

/// The arguments as the parser takes them, last first. Earlier versions' words for some options are
/// still understood.
std::vector<std::string> parser_arguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  for (std::string& argument : arguments) {
    if (argument == "--") break;
    for (const std::string_view word : {"--methods", "--devices"}) {
      const bool is_word = argument == word || argument.starts_with(fmt::format("{}=", word));
      if (is_word) argument.erase(word.size() - 1, 1);
    }
    // The parser would take the next argument for the value.
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      throw CLI::ValidationError(argument.substr(0, argument.size() - 1), "found an empty text");
    }
  }
  return {arguments.rbegin(), arguments.rend()};
}

/// A usage error, in one line that names the command whose help would tell more.
int bad_usage(const CLI::App& program, int argc, char** argv, const std::string& what) {
  const std::vector<std::string> commands = command_names(program);
  const std::string first = argc > 1 ? argv[1] : "";
  const bool is_command = std::ranges::count(commands, first) != 0;
  if (!is_command && !first.empty() && first.front() != '-') {
    fmt::print(stderr, "samebits: unknown command {}; expected one of {}\n", io::quote(first),
               fmt::join(commands, ", "));
  } else {
    fmt::print(stderr, "samebits: {} (see samebits{} --help)\n", io::printable(what),
               is_command ? " " + first : "");
  }
  return kBadUsage;
}

/// Scripts read standard output; half of it is worse than none.
int checked(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  fmt::print(stderr, "samebits: standard output: cannot be written\n");
  return kBadUsage;
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
    program.parse(parser_arguments(argc, argv));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return checked(program.exit(error));  // --help, --version
    return bad_usage(program, argc, argv, error.what());
  }
  for (const auto& [app, run] : commands) {
    if (app->parsed()) return checked(run());
  }
  return kBadUsage;
}

/// No command of a user's, so no help shows it: an audit starts this program anew for each plugin.
bool is_subject_host(int argc, char** argv) {
  return argc == 3 && argv[1] == lab::audit::kSubjectHost;
}

}  // namespace

void set_command_line(int argc, char** argv) {
  std::string& line = stored_command_line();
  line = "samebits";
  for (int i = 1; i < argc; ++i) line += fmt::format(" {}", shell_quoted(argv[i]));
}

const std::string& command_line() {
  return stored_command_line();
}

}  // namespace samebits::cli

int main(int argc, char** argv) {
  const bool hosts = samebits::cli::is_subject_host(argc, argv);
  if (!hosts) samebits::io::remove_unfinished_when_interrupted();
  std::signal(SIGCHLD, SIG_DFL);  // where it was ignored, nobody would learn how a plugin has ended
  try {
    if (hosts) samebits::lab::audit::run_subject_host(argv[2]);
    samebits::cli::set_command_line(argc, argv);
    return samebits::cli::parse_and_run(argc, argv);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "samebits: out of memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "samebits: {}\n", samebits::io::printable(error.what()));
  }
  return samebits::cli::kBadUsage;
}
