// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/gpu_schedule.hpp"
#include "cli/program_file.hpp"
#include "cli/terminal.hpp"
#include "io/message.hpp"
#include "lab/audit/render.hpp"
#include "lab/names.hpp"
#include "lab/shape_text.hpp"

namespace samebits::cli {
namespace {

namespace audit = lab::audit;

constexpr double kMostSeconds = 86400.0;   // a day
constexpr double kMostMinutes = 525600.0;  // a year

struct AuditArguments {
  std::vector<Method> methods;
  std::vector<std::string> devices;
  std::vector<std::string> plugins;
  std::vector<audit::Axis> axes;
  std::vector<audit::AuditShape> shapes;
  std::vector<DType> dtypes;
  Terms terms;
  int trials = 0;
  std::uint64_t seed = 1;
  double minutes = 0.0;
  double timeout = 10.0;
  std::vector<audit::Axis> require;
  std::string output = "samebits-audit";
  lab::Language language = lab::Language::en;
  bool quiet = false;
  bool json = false;
};

/// "2048x4096"; "8x256x4096" is 2048 rows.
audit::AuditShape parse_rows(const std::string& text) {
  const std::vector<std::int64_t> lengths = lab::parse_shape(text);
  audit::AuditShape shape{.rows = 1, .columns = lengths.back()};
  for (std::size_t axis = 0; axis + 1 < lengths.size(); ++axis) shape.rows *= lengths[axis];
  return shape;
}

std::string axis_names() {
  std::vector<std::string_view> names;
  for (const audit::Axis axis : audit::all_axes()) names.push_back(name_of(axis));
  return fmt::format("{}", fmt::join(names, ", "));
}

void add_axes(CLI::App* app, const std::string& name, std::vector<audit::Axis>& axes,
              const std::string& help) {
  const auto take = [&axes](const std::string& text) {
    if (text == "all") {
      axes.assign(audit::all_axes().begin(), audit::all_axes().end());
    } else if (const auto axis = audit::parse_axis(text); std::ranges::count(axes, axis) == 0) {
      axes.push_back(axis);
    }
  };
  add_list(app, name, "AXIS", take, help);
}

audit::AuditOptions to_options(const AuditArguments& a) {
  audit::AuditOptions options;
  options.gpu = gpu_schedule_from_environment();
  options.methods = a.methods;
  options.devices = a.devices;
  options.plugins = a.plugins;
  options.host_program = program_file();
  options.axes = a.axes;
  options.shapes = a.shapes;
  options.dtypes = a.dtypes;
  options.terms = a.terms;
  if (!has_weight(a.terms.operation)) options.terms.weight_mode = WeightMode::none;
  options.trials = a.trials;
  options.seed = a.seed;
  options.minutes = a.minutes;
  options.call_seconds = a.timeout;
  options.output = a.output;
  options.command_line = command_line();
  return options;
}

/// A subject that misbehaves is a finding; one that is not there is a typing error.
void require_plugins(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (std::filesystem::is_regular_file(path)) continue;
    throw Error(Status::invalid_argument,
                fmt::format("--plugin {}: no such file; expected a shared library made with "
                            "samebits/subject.h",
                            io::quote(path)));
  }
}

void print_report(const audit::AuditReport& report, const AuditArguments& a) {
  if (a.json) {
    fmt::print("{}", audit::render_json(report));
  } else if (!a.quiet) {
    fmt::print("{}", audit::render_terminal(report, a.language, wants_colour(stdout),
                                            terminal_width(160)));
    fmt::print("\n{0}/audit.html  {0}/audit.md  {0}/audit.json\n", io::printable(a.output));
  }
}

int run(const CLI::App& app, const AuditArguments& a) {
  check_operation_has(app, a.terms);
  refuse_unused(app, "--timeout", !a.plugins.empty(), "it is for --plugin");
  require_plugins(a.plugins);
  const audit::AuditOptions options = to_options(a);
  TerminalProgress progress(a.quiet);
  const audit::AuditReport report = audit::run_audit(options, progress);
  progress.clear();
  audit::write_report(report, a.output, a.language);
  print_report(report, a);
  for (const audit::Failure& failure : report.failures) {
    fmt::print(stderr, "samebits: {}: {}: {}\n", io::printable(failure.subject),
               audit::name_of(failure.fault), io::printable(failure.message));
  }
  const std::vector<std::string> missing = audit::unmet(report, a.require);
  for (const std::string& line : missing) fmt::print(stderr, "samebits: required: {}\n", line);
  return missing.empty() && report.failures.empty() ? kDone : kCheckFailed;
}

}  // namespace

Command add_audit(CLI::App& program) {
  auto* app = program.add_subcommand(
      "audit", "What can change the bits of an implementation, by how much, on which input");
  auto a = std::make_shared<AuditArguments>();
  add_methods(app, a->methods, "all, or none with --plugin");
  add_devices(app, a->devices, "all but software ones");
  add_texts(app, "--plugin", "FILE", a->plugins,
            "A shared library made with samebits/subject.h; again for more");
  add_axes(app, "--axis", a->axes, "What to vary: " + axis_names() + "; default: all");
  add_values(app, "--shape", "SHAPE", a->shapes, parse_rows,
             "Rows and columns; default: 2048x4096");
  add_dtypes(app, a->dtypes, "f32, f16, bf16; default: f32,bf16");
  add_terms(app, a->terms);
  add_integer(app, "--trials", a->trials, 0, std::numeric_limits<int>::max(),
              "Of repeat and together; 0: 100 and 40");
  add_seed(app, a->seed, "The same seed does the same again");
  add_double(app, "--minutes", a->minutes, 0.0, kMostMinutes,
             "So long all axes together are varied at random");
  add_double(app, "--timeout", a->timeout, 0.001, kMostSeconds,
             "Seconds after which a plugin's call is a hang");
  add_axes(app, "--require", a->require,
           "Axes, or all: exit 1 if one of them is refuted or could not be varied; streams and "
           "device need a GPU");
  add_text(app, "--output,-o", "FOLDER", a->output, "Folder for the report and the evidence");
  add_language(app, a->language);
  app->add_flag("--quiet", a->quiet,
                "Print nothing but what --require misses and plugins did wrong");
  app->add_flag("--json", a->json, "Print audit.json in place of the tables")->excludes("--quiet");
  app->footer(
      "\nExamples:\n"
      "  samebits audit                                   the five methods on every axis\n"
      "  samebits audit --plugin ./mine.so --require batch,threads\n"
      "  samebits audit --method exact --minutes 10 --seed 7\n"
      "\nExit status: 0 audited, 1 a requirement failed or a plugin misbehaved, 2 bad usage.");
  return [app, a] { return run(*app, *a); };
}

}  // namespace samebits::cli
