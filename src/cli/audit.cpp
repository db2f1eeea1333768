// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/audit.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "io/message.hpp"
#include "lab/audit/render.hpp"
#include "lab/names.hpp"

namespace samebits::cli {
namespace {

namespace audit = lab::audit;

struct AuditArguments {
  std::vector<std::string> methods;
  std::vector<std::string> devices;
  std::vector<std::string> plugins;
  std::vector<std::string> axes;
  std::vector<std::string> shapes;
  std::vector<std::string> dtypes;
  std::string mode = "scale";
  std::string residual_mode = "rounded";
  double eps = 1e-6;
  int trials = 0;
  std::uint64_t seed = 1;
  double minutes = 0.0;
  double timeout = 10.0;
  std::vector<std::string> require;
  std::string output = "samebits-audit";
  std::string language = "en";
  bool quiet = false;
};

/// "2048x4096"; "8x256x4096" is 2048 rows.
audit::AuditShape parse_shape(const std::string& text) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  std::vector<std::int64_t> lengths;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::int64_t length = 0;
    const auto [next, error] = std::from_chars(at, end, length);
    if (error != std::errc{} || length < 1 || length > kMost) break;
    lengths.push_back(length);
    if (next == end) {
      audit::AuditShape shape{.rows = 1, .columns = lengths.back()};
      lengths.pop_back();
      for (const std::int64_t axis : lengths) {
        if (shape.rows > kMost / axis) break;
        shape.rows *= axis;
      }
      return shape;
    }
    if (*next != 'x') break;
    at = next + 1;
  }
  throw Error(Status::invalid_argument,
              fmt::format("--shape '{}' is not understood; expected rows and columns joined by x, "
                          "such as 2048x4096",
                          text));
}

std::vector<audit::Axis> parse_axes(const std::vector<std::string>& names) {
  std::vector<audit::Axis> axes;
  for (const std::string& name : names) {
    if (name == "all") return {audit::all_axes().begin(), audit::all_axes().end()};
    axes.push_back(audit::parse_axis(name));
  }
  return axes;
}

audit::AuditOptions to_options(const AuditArguments& a) {
  audit::AuditOptions options;
  for (const auto& name : a.methods) options.methods.push_back(lab::parse_method(name));
  options.devices = a.devices;
  options.plugins = a.plugins;
  options.axes = parse_axes(a.axes);
  for (const auto& shape : a.shapes) options.shapes.push_back(parse_shape(shape));
  for (const auto& name : a.dtypes) options.dtypes.push_back(lab::parse_dtype(name));
  options.terms = {
      .eps = a.eps,
      .weight_mode = lab::parse_name("mode", a.mode, lab::kWeightModes),
      .residual_mode = lab::parse_name("residual mode", a.residual_mode, lab::kResidualModes)};
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

int run(const AuditArguments& a) {
  require_plugins(a.plugins);
  const auto language = a.language == "zh" ? lab::Language::zh : lab::Language::en;
  const std::vector<audit::Axis> required = parse_axes(a.require);
  const audit::AuditOptions options = to_options(a);
  TerminalProgress progress;
  const audit::AuditReport report = audit::run_audit(options, progress);
  progress.clear();
  audit::write_report(report, a.output, language);
  if (!a.quiet) {
    fmt::print("{}",
               audit::render_terminal(report, language, terminal_width(160), wants_colour(stdout)));
    fmt::print("\n{0}/audit.html  {0}/audit.md  {0}/audit.json\n", a.output);
  }
  for (const audit::Failure& failure : report.failures) {
    fmt::print(stderr, "samebits: {}: {}: {}\n", io::printable(failure.subject),
               audit::name_of(failure.fault), io::printable(failure.message));
  }
  const std::vector<std::string> missing = audit::unmet(report, required);
  for (const std::string& line : missing) fmt::print(stderr, "samebits: required: {}\n", line);
  return missing.empty() && report.failures.empty() ? kDone : kCheckFailed;
}

}  // namespace

Command add_audit(CLI::App& program) {
  auto* app = program.add_subcommand(
      "audit", "What can change the bits of an implementation, by how much, on which input");
  auto a = std::make_shared<AuditArguments>();
  app->add_option("--method", a->methods,
                  "standard, chunked, chunked-parallel, adaptive, exact; default: all, or none "
                  "with --plugin")
      ->delimiter(',');
  app->add_option("--device", a->devices, "See samebits devices; default: all but software ones")
      ->delimiter(',');
  app->add_option("--plugin", a->plugins,
                  "A shared library made with samebits/subject.h; again for more");
  app->add_option("--axis", a->axes, "What to vary (see docs/audit.md); default: everything")
      ->delimiter(',');
  app->add_option("--shape", a->shapes, "Rows and columns; default: 2048x4096")->delimiter(',');
  app->add_option("--dtype", a->dtypes, "f32, f16, bf16; default: f32,bf16")->delimiter(',');
  app->add_option("--mode", a->mode, "scale, cast-first, one-plus, none")->capture_default_str();
  app->add_option("--residual-mode", a->residual_mode, "rounded or unrounded")
      ->capture_default_str();
  app->add_option("--eps", a->eps, "Added to the mean square")->capture_default_str();
  app->add_option("--trials", a->trials, "Of repeat and together; 0: 100 and 40")
      ->check(non_negative())
      ->capture_default_str();
  app->add_option("--seed", a->seed, "The same seed does the same again")->capture_default_str();
  app->add_option("--minutes", a->minutes, "So long all axes together are varied at random")
      ->check(non_negative())
      ->capture_default_str();
  app->add_option("--timeout", a->timeout, "Seconds after which a plugin's call is a hang")
      ->check(positive())
      ->capture_default_str();
  app->add_option("--require", a->require,
                  "Axes, or all: exit 1 if one of them is refuted or could not be varied; streams "
                  "and device need a GPU")
      ->delimiter(',');
  app->add_option("--output,-o", a->output, "Folder for the report and the evidence")
      ->capture_default_str();
  app->add_option("--lang", a->language, "Of the report: en or zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->capture_default_str();
  app->add_flag("--quiet", a->quiet,
                "Print nothing but what --require misses and plugins did wrong");
  app->footer(
      "\nExamples:\n"
      "  samebits audit                                   the five methods on every axis\n"
      "  samebits audit --plugin ./mine.so --require batch,threads\n"
      "  samebits audit --method exact --minutes 10 --seed 7\n"
      "\nExit status: 0 audited, 1 a requirement failed or a plugin misbehaved, 2 bad usage.");
  return [a] { return run(*a); };
}

}  // namespace samebits::cli
