// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "io/array.hpp"
#include "lab/names.hpp"

namespace samebits::cli {
namespace {

struct NormArguments {
  std::string input;
  std::string weight;
  std::string residual;
  std::string output;
  std::string residual_output;
  double eps = 1e-6;
  std::string mode = "scale";
  std::string residual_mode = "rounded";
  std::string method = "exact";
  std::string device = "cpu";
  std::string simd;
  int threads = 0;
  std::int64_t chunk = 0;
  bool force_exact_path = false;
  bool stats = false;
  bool json = false;
};

struct Arrays {
  io::Array x;
  std::optional<io::Array> weight;
  std::optional<io::Array> residual;
};

Options to_options(const NormArguments& arguments) {
  Options options;
  options.eps = arguments.eps;
  options.weight_mode = lab::parse_name("mode", arguments.mode, lab::kWeightModes);
  options.residual_mode =
      lab::parse_name("residual mode", arguments.residual_mode, lab::kResidualModes);
  options.method = lab::parse_method(arguments.method);
  options.device = arguments.device;
  options.threads = arguments.threads;
  options.chunk = arguments.chunk;
  options.simd = arguments.simd;
  options.force_exact_path = arguments.force_exact_path;
  return options;
}

Arrays read(const NormArguments& arguments) {
  Arrays arrays{.x = io::read_array(arguments.input), .weight = {}, .residual = {}};
  if (!arguments.weight.empty()) arrays.weight = io::read_array(arguments.weight);
  if (!arguments.residual.empty()) arrays.residual = io::read_array(arguments.residual);
  return arrays;
}

/// The library knows rows and columns; files have shapes and names, which tell a person more.
void check_shapes(const NormArguments& arguments, const Arrays& arrays) {
  const io::Array& x = arrays.x;
  if (arrays.weight && arrays.weight->elements() != x.columns()) {
    throw Error(
        Status::invalid_argument,
        fmt::format("{}: has shape {}, but the rows of {} ({}) have {} elements", arguments.weight,
                    arrays.weight->shape_text(), arguments.input, x.shape_text(), x.columns()));
  }
  if (arrays.residual && (arrays.residual->shape != x.shape || arrays.residual->dtype != x.dtype)) {
    throw Error(Status::invalid_argument,
                fmt::format("{}: is {} {}, but {} is {} {}; both must agree", arguments.residual,
                            arrays.residual->shape_text(), name_of(arrays.residual->dtype),
                            arguments.input, x.shape_text(), name_of(x.dtype)));
  }
}

void print_stats(const NormArguments& arguments, const io::Array& x, const RunStats& stats) {
  if (arguments.json) {
    const nlohmann::ordered_json json = {{"schema", "samebits-norm/1"},
                                         {"contract", kContractVersion},
                                         {"method", arguments.method},
                                         {"device", arguments.device},
                                         {"dtype", name_of(x.dtype)},
                                         {"rows", stats.rows},
                                         {"columns", x.columns()},
                                         {"exact_path_rows", stats.exact_path_rows},
                                         {"ambiguous_rows", stats.ambiguous_rows}};
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{} rows of {} {}: ", stats.rows, x.columns(), name_of(x.dtype));
    if (arguments.method != name_of(Method::exact)) {
      fmt::print("method {} has no exact path\n", arguments.method);
    } else {
      fmt::print("{} took the exact path, {} of them because they were ambiguous\n",
                 stats.exact_path_rows, stats.ambiguous_rows);
    }
  }
}

int run(const NormArguments& arguments) {
  Options options = to_options(arguments);
  TerminalProgress progress;  // files may be large
  progress.on_step(1, 3, "reading " + arguments.input);
  const Arrays arrays = read(arguments);
  check_shapes(arguments, arrays);
  RunStats stats;
  options.stats = &stats;
  io::Array y = io::make_array(arrays.x.dtype, arrays.x.shape);
  std::optional<io::Array> h;
  Operands operands;
  operands.x = arrays.x.matrix();
  operands.y = y.matrix();
  if (arrays.weight) operands.weight = arrays.weight->vector();
  if (arrays.residual) operands.residual = arrays.residual->matrix();
  if (!arguments.residual_output.empty()) {
    h = io::make_array(arrays.x.dtype, arrays.x.shape);
    operands.residual_output = h->matrix();
  }
  progress.on_step(2, 3, "normalizing");
  rms_norm(operands, options);
  progress.on_step(3, 3, "writing " + arguments.output);
  std::vector<io::NamedArray> outputs = {{arguments.output, &y}};
  if (h) outputs.push_back({arguments.residual_output, &*h});
  io::write_arrays(outputs);
  progress.clear();
  if (arguments.stats || arguments.json) print_stats(arguments, arrays.x, stats);
  return kDone;
}

}  // namespace

Command add_norm(CLI::App& program) {
  auto* app = program.add_subcommand("norm", "Normalize the rows of one file");
  auto a = std::make_shared<NormArguments>();
  app->add_option("--input,-i", a->input,
                  "FILE.npy or FILE.safetensors:TENSOR; its last axis is "
                  "the row")
      ->required();
  app->add_option("--weight,-w", a->weight,
                  "One element for each column; input's dtype or float32");
  app->add_option("--residual", a->residual, "Added to the input first; same shape and dtype");
  app->add_option("--output,-o", a->output, "Where the result goes; input's shape and dtype")
      ->required();
  app->add_option("--residual-output", a->residual_output, "Where input + residual goes")
      ->needs("--residual");
  app->add_option("--eps", a->eps, "Added to the mean square; 0, or 2^-100 to 2^100")
      ->capture_default_str();
  app->add_option("--mode", a->mode,
                  "scale (as torch), cast-first (as Llama), one-plus (as Gemma), none")
      ->capture_default_str();
  app->add_option("--residual-mode", a->residual_mode,
                  "rounded (normalize the stored sum) or unrounded")
      ->capture_default_str();
  app->add_option("--method", a->method, "exact, standard, chunked, chunked-parallel, adaptive")
      ->capture_default_str();
  app->add_option("--device", a->device, "See samebits devices")->capture_default_str();
  app->add_option("--threads", a->threads, "0: one for each core")->capture_default_str();
  app->add_option("--chunk", a->chunk, "Columns a chunk; 0: the method's own")
      ->capture_default_str();
  app->add_option("--simd", a->simd, "SIMD target (see samebits devices); default: the best");
  app->add_flag("--force-exact-path", a->force_exact_path, "Decide every row in integers");
  app->add_flag("--stats", a->stats, "Print how many rows took the exact path");
  app->add_flag("--json", a->json, "Print the statistics as JSON");
  app->footer(
      "\nExamples:\n"
      "  samebits norm -i x.npy -w weight.npy -o y.npy --eps 1e-5\n"
      "  samebits norm -i model.safetensors:hidden -o y.safetensors --mode none --stats\n"
      "  samebits norm -i x.npy --residual d.npy -o y.npy --residual-output h.npy\n"
      "\nFiles hold float32, float16 or bfloat16. Outputs are written whole or not at all; in a\n"
      ".safetensors file the tensor is named output.");
  return [a] { return run(*a); };
}

}  // namespace samebits::cli
