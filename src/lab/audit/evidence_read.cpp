// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "io/array.hpp"
#include "io/file.hpp"
#include "io/message.hpp"
#include "lab/audit/evidence.hpp"
#include "lab/audit/evidence_json.hpp"
#include "lab/audit/plugin.hpp"
#include "lab/names.hpp"

namespace samebits::lab::audit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json parse(const std::string& path) {
  constexpr std::uint64_t kMostBytes = 16 << 20;
  const io::InputFile file(path);
  if (file.size() > kMostBytes) io::fail(path, "is too large for a configuration");
  std::string text(file.size(), '\0');
  file.read_at(0, std::as_writable_bytes(std::span(text)));
  try {
    Json json = Json::parse(text);
    if (json.is_object() && json.value("schema", "") == "samebits-evidence/1") return json;
  } catch (const Json::exception&) {  // one message for all that is wrong
  }
  io::fail(path, "is not evidence of samebits audit (schema samebits-evidence/1)");
}

io::Array read_matrix(const fs::path& path, DType dtype, std::int64_t columns) {
  io::Array array = io::read_array(path.string());
  if (array.dtype != dtype || array.columns() != columns || array.rows() < 1) {
    io::fail(path.string(), fmt::format("is {} {}, but the configuration says {} with {} columns",
                                        array.shape_text(), samebits::name_of(array.dtype),
                                        samebits::name_of(dtype), columns));
  }
  return array;
}

bool has_residual(const Counterexample& counterexample) {
  return counterexample.base.residual != ResidualUse::none ||
         counterexample.varied.residual != ResidualUse::none;
}

Evidence from_json(const Json& json, const fs::path& folder, const std::string& file) {
  Evidence e;
  e.subject = json.at("subject").get<std::string>();
  e.device = json.at("device").get<std::string>();
  e.plugin = json.at("plugin").get<std::string>();
  e.axis = json.at("axis").get<std::string>();
  e.label = json.at("variation").get<std::string>();
  e.races = json.at("races").get<bool>();
  e.state_left = json.at("state_left").get<std::string>();
  const DType dtype = parse_dtype(json.at("dtype").get<std::string>());
  const auto columns = json.at("columns").get<std::int64_t>();
  e.inputs.x = read_matrix(folder / "input.npy", dtype, columns);
  e.inputs.weight = read_matrix(folder / "weight.npy", dtype, columns);
  if (e.inputs.weight.rows() != 1) io::fail(file, "weight.npy has more than one row");
  const std::int64_t rows = e.inputs.x.rows();
  e.inputs.terms = {
      .operation = testing::Operation::parse(json.value("operation", std::string("rms_norm"))),
      .eps = json.at("eps").get<double>(),
      .weight_mode = parse_name("mode", json.at("weight_mode").get<std::string>(), kWeightModes),
      .residual_mode =
          parse_name("residual mode", json.at("residual_mode").get<std::string>(), kResidualModes)};
  e.counterexample.base = configuration_from(json.at("base"), rows, columns, file);
  e.counterexample.varied = configuration_from(json.at("varied"), rows, columns, file);
  e.counterexample.row = json.at("row").get<std::int64_t>();
  e.inputs.residual = io::make_array(dtype, {rows, columns});
  if (has_residual(e.counterexample)) {
    e.inputs.residual = read_matrix(folder / "residual.npy", dtype, columns);
    if (e.inputs.residual.rows() != rows) io::fail(file, "residual.npy has other rows than input");
  }
  return e;
}

/// Place and bits; the rest follows from them.
FirstDifference recorded_difference(const Json& json) {
  FirstDifference first;
  if (!json.contains("first_difference") || json.at("first_difference").is_null()) return first;
  const Json& recorded = json.at("first_difference");
  const auto bits = [&](const char* name) {
    return static_cast<std::uint32_t>(
        std::strtoul(recorded.at(name).get<std::string>().c_str(), nullptr, 16));
  };
  first.output = recorded.at("output").get<std::string>();
  first.row = recorded.at("row").get<std::int64_t>();
  first.column = recorded.at("column").get<std::int64_t>();
  first.bits_a = bits("base_bits");
  first.bits_b = bits("varied_bits");
  return first;
}

std::int64_t largest_call(const Counterexample& counterexample) {
  return std::max(*std::ranges::max_element(counterexample.base.calls),
                  *std::ranges::max_element(counterexample.varied.calls));
}

}  // namespace

Evidence read_evidence(const std::string& folder) {
  const std::string file = (fs::path(folder) / "config.json").string();
  const Json json = parse(file);
  try {
    Evidence evidence = from_json(json, folder, file);
    evidence.first = recorded_difference(json);
    return evidence;
  } catch (const Json::exception&) {
    io::fail(file, "a field is missing or has another type");
  }
}

std::unique_ptr<Subject> subject_of(const Evidence& e, const std::string& plugin,
                                    const std::string& host_program,
                                    const testing::GpuSchedule& gpu) {
  const std::string& path = plugin.empty() ? e.plugin : plugin;
  if (path.empty()) {
    const Method method = parse_method(e.subject);
    return make_builtin_subject(method, e.device, {}, e.inputs.terms.operation, gpu);
  }
  const std::int64_t some = e.counterexample.base.columns;
  const std::size_t memory = arena_bytes(largest_call(e.counterexample),
                                         some == 0 ? e.inputs.columns() : some, e.inputs.dtype());
  return make_plugin_subject(path, {.host_program = host_program, .memory = memory});
}

}  // namespace samebits::lab::audit
