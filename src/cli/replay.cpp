// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/gpu_schedule.hpp"
#include "cli/options.hpp"
#include "cli/program_file.hpp"
#include "io/message.hpp"
#include "lab/audit/evidence.hpp"
#include "lab/audit/words.hpp"

namespace samebits::cli {
namespace {

namespace audit = lab::audit;

struct ReplayArguments {
  std::string folder;
  std::string plugin;
  int trials = 1000;
  bool json = false;
};

void print_difference(const audit::Evidence& e, const audit::Replay& replay) {
  const audit::FirstDifference& first = replay.first;
  const int digits = e.inputs.dtype() == DType::float32 ? 8 : 4;
  fmt::print("{} of {} values differ, by up to {}. The first, {}[{}, {}]:\n", replay.moved_values,
             replay.values, audit::ulp_words(replay.max_ulp_diff, lab::Language::en), first.output,
             first.row, first.column);
  fmt::print("  base    0x{:0{}X}  {:.9g}\n", first.bits_a, digits, first.value_a);
  fmt::print("  varied  0x{:0{}X}  {:.9g}   {}\n", first.bits_b, digits, first.value_b,
             audit::ulp_words(first.ulp, lab::Language::en));
}

/// Whether what differs now is what differed then: another build, or another plugin, may move other
/// bits, and a race seldom repeats itself.
std::string against_record(const audit::Evidence& e, const audit::Replay& replay) {
  const audit::FirstDifference& then = e.first;
  const audit::FirstDifference& now = replay.first;
  if (then.row < 0 || replay.moved_values == 0) return "";
  const bool same = then.output == now.output && then.row == now.row && then.column == now.column &&
                    then.bits_a == now.bits_a && then.bits_b == now.bits_b;
  return same ? ", with the bits recorded" : ", with other bits than those recorded";
}

void print_words(const ReplayArguments& a, const audit::Evidence& e, const audit::Replay& replay) {
  if (!a.plugin.empty()) fmt::print("{} in place of ", io::printable(a.plugin));
  fmt::print("{} on {}, {} {}x{}, axis {}: {} rows against {}\n", io::printable(e.subject),
             io::printable(e.device), name_of(e.inputs.dtype()), e.inputs.x.rows(),
             e.inputs.columns(), io::printable(e.axis), e.counterexample.base.rows.size(),
             io::printable(e.label));
  if (replay.moved_values > 0) print_difference(e, replay);
  if (!replay.state_left.empty()) {
    fmt::print("The caller's floating-point environment was not kept: {}\n", replay.state_left);
  }
  if (replay.reproduced) {
    fmt::print("Reproduced{}{}.\n",
               e.races ? fmt::format(" at trial {}", replay.trials) : std::string(),
               against_record(e, replay));
  } else {
    fmt::print("Not reproduced in {} {}: the same bits each time.\n", replay.trials,
               replay.trials == 1 ? "trial" : "trials");
  }
}

void print_json(const audit::Evidence& e, const audit::Replay& replay) {
  nlohmann::ordered_json json = {{"schema", "samebits-replay/1"},
                                 {"subject", e.subject},
                                 {"device", e.device},
                                 {"dtype", name_of(e.inputs.dtype())},
                                 {"axis", e.axis},
                                 {"reproduced", replay.reproduced},
                                 {"trials", replay.trials},
                                 {"values", replay.values},
                                 {"moved_values", replay.moved_values}};
  if (replay.moved_values > 0) {
    json["first"] = {{"output", replay.first.output},
                     {"row", replay.first.row},
                     {"column", replay.first.column},
                     {"bits_base", replay.first.bits_a},
                     {"bits_varied", replay.first.bits_b}};
  }
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

int run(const CLI::App& app, const ReplayArguments& a) {
  const audit::Evidence e = audit::read_evidence(a.folder);
  refuse_unused(app, "--trials", e.races, "this evidence is of no race, and needs one trial");
  const audit::Replay replay =
      audit::replay(e, a.plugin, a.trials, program_file(), gpu_schedule_from_environment());
  if (a.json) {
    print_json(e, replay);
  } else {
    print_words(a, e, replay);
  }
  return replay.reproduced ? kDone : kCheckFailed;
}

}  // namespace

Command add_replay(CLI::App& program) {
  auto* app = program.add_subcommand("replay", "Show a difference that an audit found again");
  auto a = std::make_shared<ReplayArguments>();
  add_text(app, "folder", "FOLDER", a->folder, "Of evidence: samebits-audit/evidence/...")
      ->required();
  add_text(app, "--plugin", "FILE", a->plugin,
           "The library to use in place of the one in the folder");
  add_integer(app, "--trials", a->trials, 1, std::numeric_limits<int>::max(),
              "At most, where the subject races");
  app->add_flag("--json", a->json, "For scripts");
  app->footer(
      "\nExample:\n"
      "  samebits replay samebits-audit/evidence/adaptive-cpu-float32-batch\n"
      "\nExit status: 0 the bits differ again, 1 they do not, 2 bad usage or bad input.");
  return [app, a] { return run(*app, *a); };
}

}  // namespace samebits::cli
