// SPDX-License-Identifier: Apache-2.0
//
// What report.json and audit.json write alike. Where the two schemas differ, the caller says how.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "lab/machine.hpp"
#include "lab/ulp.hpp"

namespace samebits::lab {

using Json = nlohmann::ordered_json;

/// JSON has no infinities and no NaN: `otherwise` stands for them.
Json number_json(double value, const Json& otherwise = nullptr);
/// `nan` stands for a NaN on one side.
Json ulp_json(std::uint64_t distance, const Json& nan = nullptr);
/// A list of objects with the keys `bound` (a number, "more" or "nan") and `count`.
Json histogram_json(const UlpHistogram& histogram, const char* bound, const char* count);
Json machine_json(const Machine& machine);

/// Of each value, what `to_json` makes of it.
template <class Values, class ToJson>
Json list_json(const Values& values, const ToJson& to_json) {
  Json list = Json::array();
  for (const auto& value : values) list.push_back(to_json(value));
  return list;
}

/// The file. Names, labels and command lines are whatever bytes a person typed or a plugin gave:
/// what is not UTF-8 is replaced.
std::string json_file(const Json& json);

}  // namespace samebits::lab
