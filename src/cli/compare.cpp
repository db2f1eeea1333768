// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "lab/compare.hpp"
#include "lab/names.hpp"
#include "lab/random.hpp"
#include "lab/report.hpp"
#include "lab/shape_text.hpp"

namespace samebits::cli {
namespace {

struct CompareArguments {
  std::vector<std::string> inputs;
  std::vector<std::string> weights;
  std::vector<std::string> shapes;
  std::vector<std::string> dtypes = {"f32"};
  std::vector<std::string> methods;
  std::vector<std::string> devices;
  std::int64_t chunk = 64;
  int threads = 4;
  int repeats = 0;
  double eps = 1e-6;
  std::string mode = "scale";
  std::uint64_t seed = 1;
  std::string language = "en";
  std::string output = "samebits-report";
};

/// The folder with the real sample: of the source tree, or beside an installed program.
std::filesystem::path sample_file() {
  for (const char* folder : {SAMEBITS_SOURCE_DATA, SAMEBITS_INSTALLED_DATA}) {
    auto path = std::filesystem::path(folder) / "smollm2.safetensors";
    if (std::filesystem::exists(path)) return path;
  }
  throw Error(
      Status::invalid_argument,
      fmt::format("{}/smollm2.safetensors: not found; name rows of your own with --input or "
                  "--shape",
                  SAMEBITS_INSTALLED_DATA));
}

lab::CompareInput real_sample(const std::string& tensor, const std::string& label) {
  const std::string file = sample_file().string();
  return {.label = label,
          .x = io::read_array(file + ":" + tensor + ".input"),
          .weight = io::read_array(file + ":" + tensor + ".weight"),
          .residual = {}};
}

lab::CompareInput synthetic(const std::string& shape_text, DType dtype, std::uint64_t seed) {
  const auto shape = lab::parse_shape(shape_text);
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  std::int64_t elements = 1;
  for (const std::int64_t length : shape) {
    if (length == 0 || elements > kMost / length) {
      throw Error(Status::invalid_argument,
                  fmt::format("--shape {}: expected 1 to 2^31 elements", shape_text));
    }
    elements *= length;
  }
  io::Array x = io::make_array(dtype, shape);
  const io::Array rows = lab::random_rows(dtype, x.rows(), x.columns(), seed);
  x.data = rows.data;
  io::Array weight = lab::random_weight(dtype, x.columns(), seed + 1);
  return {.label = fmt::format("synthetic {}, seed {}", shape_text, seed),
          .x = std::move(x),
          .weight = std::move(weight),
          .residual = {}};
}

std::vector<lab::CompareInput> gather_inputs(const CompareArguments& a) {
  if (a.weights.size() > a.inputs.size()) {
    throw Error(Status::invalid_argument,
                fmt::format("{} --weight but {} --input; each weight belongs to the input of the "
                            "same place",
                            a.weights.size(), a.inputs.size()));
  }
  std::vector<lab::CompareInput> inputs;
  for (std::size_t i = 0; i < a.inputs.size(); ++i) {
    lab::CompareInput input{
        .label = a.inputs[i], .x = io::read_array(a.inputs[i]), .weight = {}, .residual = {}};
    if (i < a.weights.size()) input.weight = io::read_array(a.weights[i]);
    inputs.push_back(std::move(input));
  }
  for (const auto& shape : a.shapes) {
    for (const auto& dtype : a.dtypes) {
      inputs.push_back(synthetic(shape, lab::parse_dtype(dtype), a.seed));
    }
  }
  if (!inputs.empty()) return inputs;
  inputs.push_back(real_sample("layers.15.post_attention_layernorm",
                               "SmolLM2-135M, layer 15, hidden states of a paragraph"));
  for (const auto& dtype : a.dtypes) {
    inputs.push_back(synthetic("8x512x4096", lab::parse_dtype(dtype), a.seed));
  }
  return inputs;
}

lab::CompareOptions to_options(const CompareArguments& a) {
  lab::CompareOptions options;
  options.inputs = gather_inputs(a);
  for (const auto& name : a.methods) options.methods.push_back(lab::parse_method(name));
  options.devices = a.devices;
  options.eps = a.eps;
  options.weight_mode = lab::parse_name("mode", a.mode, lab::kWeightModes);
  options.chunk = a.chunk;
  options.threads = a.threads;
  options.repeats = a.repeats;
  options.seed = a.seed;
  options.command_line = command_line();
  return options;
}

int run(const CompareArguments& a) {
  const auto language = a.language == "zh" ? lab::Language::zh : lab::Language::en;
  const lab::CompareOptions options = to_options(a);
  TerminalProgress progress;
  const lab::CompareReport report = lab::run_compare(options, progress);
  progress.clear();
  lab::write_report(report, a.output, language);
  fmt::print("{}", lab::render_terminal(report, language, wants_colour(stdout),
                                        terminal_width(lab::kReportWidth)));
  fmt::print("\n{0}/report.html  {0}/report.md  {0}/report.json\n", a.output);
  return kDone;
}

}  // namespace

Command add_compare(CLI::App& program) {
  auto* app = program.add_subcommand(
      "compare", "Compare every method on this machine: how fast, how repeatable, how right");
  auto a = std::make_shared<CompareArguments>();
  app->add_option("--input,-i", a->inputs,
                  "Rows from FILE.npy or FILE.safetensors:TENSOR; again "
                  "for more");
  app->add_option("--weight,-w", a->weights, "Weight for the input of the same place");
  app->add_option("--shape", a->shapes, "Synthetic rows, such as 8x512x4096; again for more");
  app->add_option("--dtype", a->dtypes, "Of synthetic rows: f32, f16, bf16")
      ->delimiter(',')
      ->capture_default_str();
  app->add_option("--seed", a->seed, "Of synthetic rows")->capture_default_str();
  app->add_option("--methods", a->methods,
                  "Comma-separated: standard,chunked,chunked-parallel,adaptive,exact; default: all")
      ->delimiter(',');
  app->add_option("--devices", a->devices, "Comma-separated, see samebits devices; default: all")
      ->delimiter(',');
  app->add_option("--chunk", a->chunk, "Columns a chunk")->capture_default_str();
  app->add_option("--threads", a->threads, "Threads of every method; 0: one for each core")
      ->capture_default_str();
  app->add_option("--repeats", a->repeats,
                  "Timed runs of each method; 0: for about nine seconds an input")
      ->check(non_negative())
      ->capture_default_str();
  app->add_option("--eps", a->eps, "Added to the mean square")->capture_default_str();
  app->add_option("--mode", a->mode, "scale, cast-first, one-plus, none")->capture_default_str();
  app->add_option("--lang", a->language, "Of the report: en or zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->capture_default_str();
  app->add_option("--output,-o", a->output, "Folder for report.html, report.md, report.json")
      ->capture_default_str();
  app->footer(
      "\nExamples:\n"
      "  samebits compare                                 real hidden states and 8x512x4096\n"
      "  samebits compare --shape 32x4096 --dtype f32,bf16,f16\n"
      "  samebits compare -i x.npy -w weight.npy --methods standard,exact --lang zh -o out");
  return [a] { return run(*a); };
}

}  // namespace samebits::cli
