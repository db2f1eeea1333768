// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "lab/conformance.hpp"
#include "lab/names.hpp"

// The texts of contract/conformance/*.json, then null; the build makes them
// (src/lab/CMakeLists.txt).
extern const char* const samebits_conformance_files[];

namespace samebits::lab {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kFillings = {Filling::normal, Filling::encodings, Filling::special,
                                  Filling::given};

std::string_view name_of(Filling filling) {
  switch (filling) {
    case Filling::normal:
      return "normal";
    case Filling::encodings:
      return "encodings";
    case Filling::special:
      return "special";
    case Filling::given:
      return "given";
  }
  return "unknown";
}

Filling parse_filling(std::string_view name) {
  for (const Filling filling : kFillings) {
    if (name_of(filling) == name) return filling;
  }
  throw Error(Status::invalid_argument, fmt::format("filling '{}' is unknown", name));
}

/// Encodings as hexadecimal digits, 8 or 4 an element, most significant first.
std::string to_hex(const std::vector<std::uint32_t>& encodings, DType dtype) {
  std::string text;
  for (const std::uint32_t bits : encodings) {
    text += fmt::format("{:0{}x}", bits, 2 * size_of(dtype));
  }
  return text;
}

std::vector<std::uint32_t> from_hex(const std::string& text, DType dtype) {
  const std::size_t digits = 2 * size_of(dtype);
  std::vector<std::uint32_t> encodings;
  for (std::size_t at = 0; at + digits <= text.size(); at += digits) {
    std::uint32_t bits = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, bits, 16);
    encodings.push_back(bits);
  }
  return encodings;
}

Json to_json(const ConformanceCase& c) {
  Json json;
  json["name"] = c.name;
  json["dtype"] = name_of(c.dtype);
  json["rows"] = c.rows;
  json["columns"] = c.columns;
  json["weight"] = c.weight_dtype ? Json(name_of(*c.weight_dtype)) : Json();
  json["mode"] = name_of(c.weight_mode);
  json["residual"] = c.residual_mode ? Json(name_of(*c.residual_mode)) : Json();
  json["eps"] = c.eps;
  json["filling"] = name_of(c.filling);
  json["seed"] = c.seed;
  if (c.filling == Filling::given) json["x"] = to_hex(c.given, c.dtype);
  json["sha256_y"] = c.sha256_y;
  if (c.residual_mode) json["sha256_h"] = c.sha256_h;
  return json;
}

ConformanceCase from_json(const Json& json) {
  ConformanceCase c;
  c.name = json.at("name").get<std::string>();
  c.dtype = parse_dtype(json.at("dtype").get<std::string>());
  c.rows = json.at("rows").get<std::int64_t>();
  c.columns = json.at("columns").get<std::int64_t>();
  if (!json.at("weight").is_null()) {
    c.weight_dtype = parse_dtype(json.at("weight").get<std::string>());
  }
  c.weight_mode = parse_name("mode", json.at("mode").get<std::string>(), kWeightModes);
  if (!json.at("residual").is_null()) {
    c.residual_mode =
        parse_name("residual mode", json.at("residual").get<std::string>(), kResidualModes);
    c.sha256_h = json.at("sha256_h").get<std::string>();
  }
  c.eps = json.at("eps").get<double>();
  c.filling = parse_filling(json.at("filling").get<std::string>());
  c.seed = json.at("seed").get<std::uint64_t>();
  if (c.filling == Filling::given) {
    c.given = from_hex(json.at("x").get<std::string>(), c.dtype);
    if (static_cast<std::int64_t>(c.given.size()) != c.rows * c.columns) {
      throw Error(Status::invalid_argument,
                  fmt::format("case '{}': x does not fill {}x{}", c.name, c.rows, c.columns));
    }
  }
  c.sha256_y = json.at("sha256_y").get<std::string>();
  return c;
}

}  // namespace

std::vector<ConformanceCase> parse_cases(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("schema") != "samebits-conformance/1" || json.at("contract") != kContractVersion) {
      throw Error(Status::invalid_argument,
                  fmt::format("conformance set: expected schema samebits-conformance/1 of contract "
                              "{}",
                              kContractVersion));
    }
    std::vector<ConformanceCase> cases;
    // The first operation's file names none.
    const auto operation = testing::Operation::parse(
        json.value("operation", std::string(name_of(testing::Operation{}))));
    for (const auto& entry : json.at("cases")) {
      cases.push_back(from_json(entry));
      cases.back().operation = operation;
    }
    return cases;
  } catch (const nlohmann::json::exception& error) {
    throw Error(Status::invalid_argument, fmt::format("conformance set: {}", error.what()));
  }
}

std::string format_cases(const std::vector<ConformanceCase>& cases) {
  // One line a case, so that a change shows as the cases that it touches.
  const testing::Operation operation =
      cases.empty() ? testing::Operation{} : cases.front().operation;
  const std::string which = operation == testing::Operation{}
                                ? ""
                                : fmt::format("\"operation\": \"{}\", ", name_of(operation));
  std::string text = fmt::format(
      "{{\"schema\": \"samebits-conformance/1\", \"contract\": \"{}\", {}\"cases\": [\n",
      kContractVersion, which);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    text += to_json(cases[i]).dump() + (i + 1 < cases.size() ? ",\n" : "\n");
  }
  return text + "]}\n";
}

const std::vector<ConformanceCase>& published_cases() {
  static const std::vector<ConformanceCase> cases = [] {
    std::vector<ConformanceCase> all;
    for (const char* const* file = samebits_conformance_files; *file != nullptr; ++file) {
      const auto some = parse_cases(*file);
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return cases;
}

}  // namespace samebits::lab
