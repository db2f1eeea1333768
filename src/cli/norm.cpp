// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/gpu_schedule.hpp"
#include "cli/terminal.hpp"
#include "io/array.hpp"
#include "io/message.hpp"

namespace samebits::cli {
namespace {

struct NormArguments {
  OperandFiles files;
  std::string output;
  std::string residual_output;
  Terms terms;
  Method method = Method::exact;
  std::string device = "cpu";
  std::string simd;
  int threads = 0;
  std::int64_t chunk = 0;
  bool force_exact_path = false;
  bool stats = false;
  bool json = false;
};

void refuse_unused_options(const CLI::App& app, const NormArguments& a) {
  const std::string method(name_of(a.method));
  check_terms_are_used(app, a.terms, !a.files.weight.empty(), !a.files.residual.empty());
  refuse_unused(app, "--threads", is_cpu(a.device), a.device + " has its own; it is for cpu");
  refuse_unused(app, "--simd", is_cpu(a.device), a.device + " has no SIMD targets; cpu has");
  refuse_unused(app, "--chunk", a.method != Method::standard && a.method != Method::adaptive,
                "method " + method + " has no chunks");
  refuse_unused(app, "--force-exact-path", a.method == Method::exact,
                "method " + method + " has no exact path");
}

testing::Options to_options(const NormArguments& a) {
  return {.operation = a.terms.operation,
          .method = a.method,
          .device = Device::parse(a.device),
          .threads = a.threads,
          .chunk = a.chunk,
          .simd = a.simd.empty() ? testing::Simd{} : testing::Simd::parse(a.simd),
          .decide_in_integers = a.force_exact_path,
          .gpu = gpu_schedule_from_environment()};
}

std::string to_json(const NormArguments& a, const io::Array& x, const testing::RunStats& stats) {
  const nlohmann::ordered_json json = {{"schema", "samebits-norm/1"},
                                       {"contract", kContractVersion},
                                       {"operation", name_of(a.terms.operation)},
                                       {"method", name_of(a.method)},
                                       {"device", a.device},
                                       {"dtype", name_of(x.dtype)},
                                       {"rows", stats.rows},
                                       {"columns", x.columns()},
                                       {"exact_path_rows", stats.integer_rows},
                                       {"ambiguous_rows", stats.ambiguous_rows}};
  return json.dump(2);
}

std::string in_words(const NormArguments& a, const io::Array& x, const testing::RunStats& stats) {
  const std::string rows =
      fmt::format("{} rows of {} {}: ", stats.rows, x.columns(), name_of(x.dtype));
  if (a.method != Method::exact) {
    return rows + fmt::format("method {} has no exact path", name_of(a.method));
  }
  return rows + fmt::format("{} took the exact path, {} of them because they were ambiguous",
                            stats.integer_rows, stats.ambiguous_rows);
}

/// Beside the result, if that goes down a pipe.
std::FILE* stream_for_words(const NormArguments& a) {
  const bool taken = a.output == io::kStandardStream || a.residual_output == io::kStandardStream;
  return taken ? stderr : stdout;
}

int run(const CLI::App& app, const NormArguments& a) {
  refuse_unused_options(app, a);
  testing::Options options = to_options(a);
  TerminalProgress progress;  // files may be large
  progress.on_step(1, 3, "reading " + io::printable(a.files.input));
  const OperandArrays arrays = read_operands(a.files);
  testing::RunStats stats;
  options.stats = &stats;
  io::Array y = io::make_array(arrays.x.dtype, arrays.x.shape);
  std::optional<io::Array> h;
  RmsNorm norm{.x = arrays.x.matrix(),
               .y = y.matrix(),
               .eps = a.terms.eps,
               .weight_mode = a.terms.weight_mode,
               .residual_mode = a.terms.residual_mode};
  if (arrays.weight) norm.weight = arrays.weight->vector();
  if (arrays.residual) norm.residual = arrays.residual->matrix();
  if (!a.residual_output.empty()) {
    h = io::make_array(arrays.x.dtype, arrays.x.shape);
    norm.residual_output = h->matrix();
  }
  progress.on_step(2, 3, "normalizing");
  testing::run(norm, options);
  progress.on_step(3, 3, "writing " + io::printable(a.output));
  std::vector<io::NamedArray> outputs = {{a.output, &y}};
  if (h) outputs.push_back({a.residual_output, &*h});
  io::write_arrays(outputs);
  progress.clear();
  if (a.json || a.stats) {
    fmt::print(stream_for_words(a), "{}\n",
               a.json ? to_json(a, arrays.x, stats) : in_words(a, arrays.x, stats));
  }
  return kDone;
}

}  // namespace

Command add_norm(CLI::App& program) {
  auto* app = program.add_subcommand("norm", "Normalize the rows of one file");
  auto a = std::make_shared<NormArguments>();
  add_text(app, "--input,-i", "FILE", a->files.input,
           "FILE.npy, FILE.safetensors:TENSOR, or - for standard input; its last axis is the row")
      ->required();
  add_text(app, "--weight,-w", "FILE", a->files.weight,
           "One element for each column; input's dtype or float32");
  add_text(app, "--residual", "FILE", a->files.residual,
           "Added to the input first; same shape and dtype");
  add_text(app, "--output,-o", "FILE", a->output,
           "Where the result goes, in input's shape and dtype; - is standard output, as .npy")
      ->required();
  add_text(app, "--residual-output", "FILE", a->residual_output, "Where input + residual goes")
      ->needs("--residual");
  add_terms(app, a->terms);
  add_method(app, a->method);
  add_text(app, "--device", "DEVICE", a->device, "As samebits devices names it");
  add_threads(app, a->threads, "Of the cpu; 0: one for each core");
  add_integer(app, "--chunk", a->chunk, std::int64_t{0}, std::numeric_limits<std::int64_t>::max(),
              "Columns a chunk; 0: the method's own. With exact it changes no bit");
  add_text(app, "--simd", "TARGET", a->simd,
           "SIMD target of the cpu (see samebits devices); "
           "default: the best");
  app->add_flag("--force-exact-path", a->force_exact_path, "Decide every row in integers");
  app->add_flag("--stats", a->stats, "Print how many rows took the exact path");
  app->add_flag("--json", a->json, "Print the statistics as JSON");
  app->footer(
      "\nExamples:\n"
      "  samebits norm -i x.npy -w weight.npy -o y.npy --eps 1e-5\n"
      "  samebits norm -i model.safetensors:hidden -o y.safetensors --mode none --stats\n"
      "  samebits norm -i x.npy --residual d.npy -o y.npy --residual-output h.npy\n"
      "  samebits norm --op l2 -i q.npy -o q_normalized.npy\n"
      "  produce | samebits norm -i - -w weight.npy -o - | consume\n"
      "\nFiles hold float32, float16 or bfloat16. Outputs are written whole or not at all; in a\n"
      ".safetensors file the tensor is named output. Where a result goes to standard output,\n"
      "--stats and --json go to standard error.\n"
      "\nExit status: 0 done, 2 bad usage or bad input.");
  return [app, a] { return run(*app, *a); };
}

}  // namespace samebits::cli
