// SPDX-License-Identifier: Apache-2.0
#include "cli/common_options.hpp"

#include <cstdio>

#include "lab/names.hpp"

namespace samebits::cli {
namespace {

constexpr int kMostThreads = 1024;  // the library's limit
constexpr const char* kMethods = "standard, chunked, chunked-parallel, adaptive, exact";

double parse_eps(const std::string& text) {
  const auto eps = lab::parse_double(text);
  const bool in_range = eps && (*eps == 0.0 || (*eps >= 0x1p-100 && *eps <= 0x1p100));
  if (!in_range) refuse_number(text, "0, or a number from 2^-100 (7.9e-31) to 2^100 (1.3e30)");
  return *eps;
}

WeightMode parse_mode(const std::string& text) {
  return lab::parse_name("mode", text, lab::kWeightModes);
}

ResidualMode parse_residual_mode(const std::string& text) {
  return lab::parse_name("residual mode", text, lab::kResidualModes);
}

io::Array read(const std::string& file) {
  std::string note;
  io::Array array = io::read_array(file, &note);
  if (!note.empty()) fmt::print(stderr, "samebits: note: {}\n", note);
  return array;
}

/// The library knows rows and columns; files have shapes and names, which tell a person more.
void check_shapes(const OperandFiles& files, const OperandArrays& arrays) {
  const io::Array& x = arrays.x;
  if (arrays.weight && arrays.weight->elements() != x.columns()) {
    throw Error(
        Status::invalid_argument,
        fmt::format("{}: has shape {}, but the rows of {} ({}) have {} elements", files.weight,
                    arrays.weight->shape_text(), files.input, x.shape_text(), x.columns()));
  }
  if (arrays.residual && (arrays.residual->shape != x.shape || arrays.residual->dtype != x.dtype)) {
    throw Error(Status::invalid_argument,
                fmt::format("{}: is {} {}, but {} is {} {}; both must agree", files.residual,
                            arrays.residual->shape_text(), name_of(arrays.residual->dtype),
                            files.input, x.shape_text(), name_of(x.dtype)));
  }
}

}  // namespace

void add_terms(CLI::App* app, Terms& terms) {
  std::string operations;
  for (const testing::Operation operation : testing::operations()) {
    operations += fmt::format("{}{} ({})", operations.empty() ? "" : ", ", name_of(operation),
                              formula_of(operation));
  }
  add_value(app, "--op", "OPERATION", terms.operation, lab::parse_operation, operations);
  add_value(app, "--eps", "NUMBER", terms.eps, parse_eps,
            "Added to the mean square; 0, or 2^-100 to 2^100");
  add_value(app, "--mode", "MODE", terms.weight_mode, parse_mode,
            "scale (as torch), cast-first (as Llama), one-plus (as Gemma), none");
  add_value(app, "--residual-mode", "MODE", terms.residual_mode, parse_residual_mode,
            "rounded (normalize the stored sum) or unrounded");
}

void check_operation_has(const CLI::App& app, const Terms& terms) {
  const std::string name(name_of(terms.operation));
  const auto needs = [&](const char* option, bool has, const char* what) {
    if (app.get_option_no_throw(option) == nullptr) return;
    refuse_unused(app, option, has, fmt::format("{} has no {}", name, what));
  };
  for (const char* option : {"--weight", "--mode"}) {
    needs(option, has_weight(terms.operation), "weight");
  }
  for (const char* option : {"--residual", "--residual-output", "--residual-mode"}) {
    needs(option, has_residual(terms.operation), "residual");
  }
}

void check_terms_are_used(const CLI::App& app, const Terms& terms, bool weight, bool residual) {
  check_operation_has(app, terms);
  refuse_unused(app, "--mode", weight || terms.weight_mode == WeightMode::none,
                "there is no weight");
  refuse_unused(app, "--weight", terms.weight_mode != WeightMode::none,
                "--mode none has no weight");
  refuse_unused(app, "--residual-mode", residual, "there is no residual");
}

CLI::Option* add_method(CLI::App* app, Method& method) {
  return add_value(app, "--method", "METHOD", method, lab::parse_method, kMethods);
}

CLI::Option* add_methods(CLI::App* app, std::vector<Method>& methods, const std::string& which) {
  return add_values(app, "--method", "METHOD", methods, lab::parse_method,
                    fmt::format("{}; default: {}", kMethods, which));
}

CLI::Option* add_devices(CLI::App* app, std::vector<std::string>& devices,
                         const std::string& which) {
  return add_values(app, "--device", "DEVICE", devices, as_it_is,
                    fmt::format("As samebits devices names them; default: {}", which));
}

CLI::Option* add_dtypes(CLI::App* app, std::vector<DType>& dtypes, const std::string& help) {
  return add_values(app, "--dtype", "DTYPE", dtypes, lab::parse_dtype, help);
}

CLI::Option* add_threads(CLI::App* app, int& threads, const std::string& help) {
  return add_integer(app, "--threads", threads, 0, kMostThreads, help);
}

CLI::Option* add_seed(CLI::App* app, std::uint64_t& seed, const std::string& help) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  return add_integer(app, "--seed", seed, std::uint64_t{0}, kMost, help);
}

CLI::Option* add_language(CLI::App* app, lab::Language& language) {
  const auto parse = [](const std::string& text) {
    return lab::parse_name("language", text, lab::kLanguages);
  };
  return add_value(app, "--lang", "LANGUAGE", language, parse, "Of the report: en or zh");
}

bool is_cpu(const std::string& device) {
  return device == "cpu" || device.starts_with("cpu:");
}

OperandArrays read_operands(const OperandFiles& files) {
  OperandArrays arrays{.x = read(files.input)};
  if (!files.weight.empty()) arrays.weight = read(files.weight);
  if (!files.residual.empty()) arrays.residual = read(files.residual);
  check_shapes(files, arrays);
  return arrays;
}

}  // namespace samebits::cli
