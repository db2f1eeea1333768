// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/evidence_json.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "io/message.hpp"
#include "lab/audit/execute.hpp"

namespace samebits::lab::audit {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kResidualNames = {"none", "fused", "added-first"};
constexpr std::array<std::string_view, 3> kInPlaceNames = {"no", "straight", "crossed"};
constexpr std::array<std::string_view, 4> kRoundingNames = {"nearest", "upward", "downward",
                                                            "toward-zero"};

/// Reads the fields of one configuration, each within bounds.
class Reader {
 public:
  Reader(const Json& json, std::string file) : json_(json), file_(std::move(file)) {}

  std::int64_t number(const char* name, std::int64_t least, std::int64_t most) const {
    const Json& value = field(name);
    if (!value.is_number_integer()) refuse(name);
    return checked(value, name, least, most);
  }
  std::uint64_t seed(const char* name) const {
    const Json& value = field(name);
    if (!value.is_number_unsigned()) refuse(name);
    return value.get<std::uint64_t>();
  }
  bool flag(const char* name) const {
    const Json& value = field(name);
    if (!value.is_boolean()) refuse(name);
    return value.get<bool>();
  }
  std::string text(const char* name) const {
    const Json& value = field(name);
    if (!value.is_string()) refuse(name);
    return value.get<std::string>();
  }
  std::vector<std::int64_t> numbers(const char* name, std::int64_t least, std::int64_t most) const {
    const Json& value = field(name);
    if (!value.is_array()) refuse(name);
    std::vector<std::int64_t> result;
    for (const Json& element : value) {
      if (!element.is_number_integer()) refuse(name);
      result.push_back(checked(element, name, least, most));
    }
    return result;
  }
  template <class Enum, std::size_t kSize>
  Enum choice(const char* name, const std::array<std::string_view, kSize>& names) const {
    const std::string value = text(name);
    for (std::size_t i = 0; i < kSize; ++i) {
      if (names[i] == value) return static_cast<Enum>(i);
    }
    refuse(name);
  }
  [[noreturn]] void refuse(const char* name) const {
    io::fail(file_, fmt::format("the field '{}' is missing or makes no sense", name));
  }

 private:
  const Json& field(const char* name) const {
    const auto found = json_.find(name);
    if (found == json_.end()) refuse(name);
    return *found;
  }
  std::int64_t checked(const Json& value, const char* name, std::int64_t least,
                       std::int64_t most) const {
    const bool huge = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
    if (huge || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most) refuse(name);
    return value.get<std::int64_t>();
  }

  const Json& json_;
  std::string file_;
};

}  // namespace

Json to_json(const Configuration& c) {
  return {{"rows", c.rows},
          {"calls", c.calls},
          {"columns", c.columns},
          {"column_order", c.column_order},
          {"threads", c.threads},
          {"chunk", c.chunk},
          {"simd", c.simd},
          {"device", c.device},
          {"force_exact_path", c.force_exact_path},
          {"callers", c.callers},
          {"x_offset", c.x_offset},
          {"y_offset", c.y_offset},
          {"weight_offset", c.weight_offset},
          {"x_padding", c.x_padding},
          {"y_padding", c.y_padding},
          {"low_end", c.low_end},
          {"in_place", kInPlaceNames[static_cast<std::size_t>(c.in_place)]},
          {"residual", kResidualNames[static_cast<std::size_t>(c.residual)]},
          {"rounding", kRoundingNames[static_cast<std::size_t>(c.environment.rounding)]},
          {"flush_to_zero", c.environment.flush_to_zero},
          {"denormals_are_zero", c.environment.denormals_are_zero},
          {"under_load", c.under_load},
          {"new_thread", c.new_thread},
          {"new_process", c.new_process}};
}

Configuration configuration_from(const Json& json, std::int64_t rows, std::int64_t columns,
                                 const std::string& file) {
  constexpr std::int64_t kMostThreads = 1024;
  constexpr std::int64_t kMostCallers = 64;
  if (!json.is_object()) io::fail(file, "a configuration is not an object");
  const Reader in(json, file);
  Configuration c;
  c.rows = in.numbers("rows", 0, rows - 1);
  const auto count = static_cast<std::int64_t>(c.rows.size());
  c.calls = in.numbers("calls", 1, std::max<std::int64_t>(1, count));
  std::int64_t left = count;
  for (const std::int64_t call : c.calls) left -= call;
  if (left != 0 || count == 0) in.refuse("calls");
  // Older evidence has neither this field nor the two below: none of it was asked for then.
  if (json.contains("columns")) c.columns = in.number("columns", 0, columns);
  c.column_order = in.seed("column_order");
  c.threads = static_cast<int>(in.number("threads", 0, kMostThreads));
  c.chunk = in.number("chunk", 0, INT64_MAX);
  c.simd = in.text("simd");
  c.device = in.text("device");
  c.force_exact_path = in.flag("force_exact_path");
  c.callers = static_cast<int>(in.number("callers", 1, kMostCallers));
  c.x_offset = static_cast<int>(in.number("x_offset", 0, 63));
  c.y_offset = static_cast<int>(in.number("y_offset", 0, 63));
  c.weight_offset = static_cast<int>(in.number("weight_offset", 0, 63));
  c.x_padding = in.number("x_padding", 0, kMostPadding);
  c.y_padding = in.number("y_padding", 0, kMostPadding);
  c.low_end = in.flag("low_end");
  c.in_place = in.choice<InPlace>("in_place", kInPlaceNames);
  c.residual = in.choice<ResidualUse>("residual", kResidualNames);
  c.environment.rounding = in.choice<Rounding>("rounding", kRoundingNames);
  c.environment.flush_to_zero = in.flag("flush_to_zero");
  c.environment.denormals_are_zero = in.flag("denormals_are_zero");
  c.under_load = in.flag("under_load");
  if (json.contains("new_thread")) c.new_thread = in.flag("new_thread");
  if (json.contains("new_process")) c.new_process = in.flag("new_process");
  return c;
}

}  // namespace samebits::lab::audit
