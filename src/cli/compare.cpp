// SPDX-License-Identifier: Apache-2.0
#include "lab/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/gpu_schedule.hpp"
#include "cli/sample_data.hpp"
#include "cli/terminal.hpp"
#include "io/message.hpp"
#include "lab/names.hpp"
#include "lab/random.hpp"
#include "lab/report.hpp"
#include "lab/shape_text.hpp"

namespace samebits::cli {
namespace {

/// A shape, and the text that it was given as.
struct SyntheticShape {
  std::string text;
  std::vector<std::int64_t> lengths;
};

SyntheticShape parse_synthetic(const std::string& text) {
  return {text, lab::parse_shape(text)};
}

struct CompareArguments {
  std::vector<std::string> inputs;
  std::vector<std::string> weights;
  std::vector<std::string> residuals;
  std::vector<SyntheticShape> shapes;
  std::vector<DType> dtypes;
  std::vector<Method> methods;
  std::vector<std::string> devices;
  Terms terms;
  std::int64_t chunk = 64;
  int threads = 4;
  int repeats = 0;
  std::uint64_t seed = 1;
  lab::Language language = lab::Language::en;
  std::string output = "samebits-report";
  bool json = false;
};

lab::CompareInput real_sample(const std::string& tensor, lab::Word label) {
  const std::string file = sample_file().string();
  return {.label = label,
          .x = io::read_array(file + ":" + tensor + ".input"),
          .weight = io::read_array(file + ":" + tensor + ".weight"),
          .residual = {}};
}

lab::CompareInput synthetic(const SyntheticShape& shape, DType dtype, std::uint64_t seed) {
  io::Array x = io::make_array(dtype, shape.lengths);
  x.data = lab::random_rows(dtype, x.rows(), x.columns(), seed).data;
  io::Array weight = lab::random_weight(dtype, x.columns(), seed + 1);
  return {.label = {lab::Word::input_synthetic, {shape.text, fmt::format("{}", seed)}},
          .x = std::move(x),
          .weight = std::move(weight),
          .residual = {}};
}

lab::CompareInput from_files(const CompareArguments& a, std::size_t i) {
  OperandFiles files{.input = a.inputs[i]};
  if (i < a.weights.size()) files.weight = a.weights[i];
  if (i < a.residuals.size()) files.residual = a.residuals[i];
  OperandArrays arrays = read_operands(files);
  return {.label = a.inputs[i],
          .x = std::move(arrays.x),
          .weight = std::move(arrays.weight),
          .residual = std::move(arrays.residual)};
}

std::vector<lab::CompareInput> gather_inputs(const CompareArguments& a) {
  const std::vector<DType> dtypes = a.dtypes.empty() ? std::vector{DType::float32} : a.dtypes;
  std::vector<lab::CompareInput> inputs;
  for (std::size_t i = 0; i < a.inputs.size(); ++i) inputs.push_back(from_files(a, i));
  for (const SyntheticShape& shape : a.shapes) {
    for (const DType dtype : dtypes) inputs.push_back(synthetic(shape, dtype, a.seed));
  }
  if (!inputs.empty()) return inputs;
  inputs.push_back(real_sample("layers.15.post_attention_layernorm", lab::Word::input_sample));
  const SyntheticShape shape = parse_synthetic("8x512x4096");
  for (const DType dtype : dtypes) inputs.push_back(synthetic(shape, dtype, a.seed));
  return inputs;
}

void check_places(const char* option, std::size_t count, std::size_t inputs) {
  if (count <= inputs) return;
  throw Error(Status::invalid_argument,
              fmt::format("{} {} but {} --input; each belongs to the input of the same place",
                          count, option, inputs));
}

void refuse_unused_options(const CLI::App& app, const CompareArguments& a) {
  check_places("--weight", a.weights.size(), a.inputs.size());
  check_places("--residual", a.residuals.size(), a.inputs.size());
  const bool synthetic = a.inputs.empty() || !a.shapes.empty();
  check_terms_are_used(app, a.terms, synthetic || !a.weights.empty(), !a.residuals.empty());
  refuse_unused(app, "--dtype", synthetic, "no rows are synthetic (see --shape)");
  refuse_unused(app, "--seed", synthetic, "no rows are synthetic (see --shape)");
  refuse_unused(app, "--chunk",
                a.methods.empty() || std::ranges::any_of(a.methods, lab::adds_in_chunks),
                "it is for methods chunked and chunked-parallel");
}

lab::CompareOptions to_options(const CompareArguments& a) {
  lab::CompareOptions options;
  options.gpu = gpu_schedule_from_environment();
  options.inputs = gather_inputs(a);
  if (!has_weight(a.terms.operation)) {
    for (lab::CompareInput& input : options.inputs) input.weight.reset();  // those of samples
  }
  options.methods = a.methods;
  options.devices = a.devices;
  options.operation = a.terms.operation;
  options.eps = a.terms.eps;
  options.weight_mode = a.terms.weight_mode;
  options.residual_mode = a.terms.residual_mode;
  options.chunk = a.chunk;
  options.threads = a.threads;
  options.repeats = a.repeats;
  options.command_line = command_line();
  return options;
}

int run(const CLI::App& app, const CompareArguments& a) {
  refuse_unused_options(app, a);
  const lab::CompareOptions options = to_options(a);
  TerminalProgress progress;
  const lab::CompareReport report = lab::run_compare(options, progress);
  progress.clear();
  lab::write_report(report, a.output, a.language);
  if (a.json) {
    fmt::print("{}", lab::render_json(report));
    return kDone;
  }
  fmt::print("{}", lab::render_terminal(report, a.language, wants_colour(stdout),
                                        terminal_width(lab::kReportWidth)));
  fmt::print("\n{0}/report.html  {0}/report.md  {0}/report.json\n", io::printable(a.output));
  return kDone;
}

}  // namespace

Command add_compare(CLI::App& program) {
  auto* app = program.add_subcommand(
      "compare", "Compare every method on this machine: how fast, how repeatable, how right");
  auto a = std::make_shared<CompareArguments>();
  add_texts(app, "--input,-i", "FILE", a->inputs,
            "Rows from FILE.npy, FILE.safetensors:TENSOR or - (standard input); again for more");
  add_texts(app, "--weight,-w", "FILE", a->weights, "Weight for the input of the same place");
  add_texts(app, "--residual", "FILE", a->residuals,
            "Residual for the input of the same place; same shape and dtype");
  add_values(app, "--shape", "SHAPE", a->shapes, parse_synthetic,
             "Synthetic rows, such as 8x512x4096; again for more");
  add_dtypes(app, a->dtypes, "Of synthetic rows: f32, f16, bf16; default: f32");
  add_seed(app, a->seed, "Of synthetic rows");
  add_terms(app, a->terms);
  add_methods(app, a->methods, "all");
  add_devices(app, a->devices, "all");
  add_integer(app, "--chunk", a->chunk, std::int64_t{1}, std::numeric_limits<std::int64_t>::max(),
              "Columns a chunk, of chunked and chunked-parallel");
  add_threads(app, a->threads, "Of every method on the cpu, and of its copy; 0: one for each core");
  add_integer(app, "--repeats", a->repeats, 0, std::numeric_limits<int>::max(),
              "Timed runs of each method; 0: for about nine seconds an input");
  add_language(app, a->language);
  add_text(app, "--output,-o", "FOLDER", a->output,
           "Folder for report.html, report.md, report.json");
  app->add_flag("--json", a->json, "Print report.json in place of the table");
  app->footer(
      "\nExamples:\n"
      "  samebits compare                                 real hidden states and 8x512x4096\n"
      "  samebits compare --shape 32x4096 --dtype f32,bf16,f16\n"
      "  samebits compare -i x.npy -w weight.npy --residual d.npy --mode cast-first\n"
      "  samebits compare -i x.npy -w weight.npy --method standard,exact --lang zh -o out\n"
      "\nExit status: 0 done, 2 bad usage or bad input.");
  return [app, a] { return run(*app, *a); };
}

}  // namespace samebits::cli
