// SPDX-License-Identifier: Apache-2.0
//
// The options that several commands have: one word for one thing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "io/array.hpp"
#include "lab/audit/configuration.hpp"
#include "lab/language.hpp"

namespace samebits::cli {

using lab::audit::Terms;

/// --op, --eps, --mode and --residual-mode.
void add_terms(CLI::App* app, Terms& terms);
/// Refuses options for operands that the operation does not have.
void check_operation_has(const CLI::App& app, const Terms& terms);
/// And modes of operands that are not there, and a weight that the mode has no use for.
void check_terms_are_used(const CLI::App& app, const Terms& terms, bool weight, bool residual);

CLI::Option* add_method(CLI::App* app, Method& method);
CLI::Option* add_methods(CLI::App* app, std::vector<Method>& methods, const std::string& which);
CLI::Option* add_devices(CLI::App* app, std::vector<std::string>& devices,
                         const std::string& which);
CLI::Option* add_dtypes(CLI::App* app, std::vector<DType>& dtypes, const std::string& help);
CLI::Option* add_threads(CLI::App* app, int& threads, const std::string& help);
CLI::Option* add_seed(CLI::App* app, std::uint64_t& seed, const std::string& help);
CLI::Option* add_language(CLI::App* app, lab::Language& language);

/// Whether the device's name means the processor.
bool is_cpu(const std::string& device);

/// Where operands are; absent ones are empty.
struct OperandFiles {
  std::string input{};
  std::string weight{};
  std::string residual{};
};

struct OperandArrays {
  io::Array x{};
  std::optional<io::Array> weight{};
  std::optional<io::Array> residual{};
};

/// Reads them and checks that their shapes and dtypes go together, which files can be told by name.
OperandArrays read_operands(const OperandFiles& files);

}  // namespace samebits::cli
