// SPDX-License-Identifier: Apache-2.0
#include "lab/names.hpp"
#include "lab/report.hpp"
#include "lab/report/json.hpp"

namespace samebits::lab {
namespace {

Json device_json(const DeviceInfo& device) {
  const auto name = [](auto value) { return name_of(value); };
  return {{"name", device.name},
          {"description", device.description},
          {"present", device.status == Status::ok},
          {"reason", device.reason},
          {"software", device.software},
          {"methods", device.status == Status::ok ? list_json(all_methods(), name) : Json::array()},
          {"dtypes", list_json(device.dtypes, name)}};
}

/// Combinations asked for and not measured, with the reason in code and in words.
Json not_measured(const CompareReport& report) {
  static constexpr const char* kCodes[] = {"", "device", "method", "dtype", "failed"};
  Json list = Json::array();
  for (const InputResult& input : report.inputs) {
    for (const MethodResult& result : input.results) {
      if (result.measured()) continue;
      list.push_back({{"input", input.label.in(Language::en)},
                      {"method", name_of(result.method)},
                      {"device", result.device},
                      {"missing", kCodes[static_cast<std::size_t>(result.missing)]},
                      {"reason", result.reason}});
    }
  }
  return list;
}

Json run_json(const CompareReport& report) {
  Json json = machine_json(report.machine);
  json["seconds"] = number_json(report.seconds);
  json["command_line"] = report.command_line;
  json["devices"] = list_json(report.devices, device_json);
  json["not_measured"] = not_measured(report);
  return json;
}

/// What the method was called with; null for what it does not use.
Json parameters(const CompareReport& report, const InputResult& input, const MethodResult& r) {
  return {{"operation", name_of(report.operation)},
          {"eps", number_json(report.eps)},
          {"weight_mode", input.has_weight ? name_of(report.weight_mode) : "none"},
          {"residual_mode", input.has_residual ? Json(name_of(report.residual_mode)) : Json()},
          {"chunk", adds_in_chunks(r.method) ? Json(report.chunk) : Json()},
          {"threads", r.device == "cpu" ? Json(report.threads) : Json()}};
}

Json result_json(const CompareReport& report, const InputResult& input, const MethodResult& r) {
  const Repeatability& seen = r.repeatability;
  const CopyResult& copy = copy_on(input, r.device);
  return {
      {"input", input.label.in(Language::en)},
      {"dtype", name_of(input.dtype)},
      {"rows", input.rows},
      {"columns", input.columns},
      {"method", name_of(r.method)},
      {"device", r.device},
      {"mean_ms", number_json(r.time_ms.mean)},
      {"median_ms", number_json(r.time_ms.median)},
      {"p10_ms", number_json(r.time_ms.p10)},
      {"p90_ms", number_json(r.time_ms.p90)},
      {"gb_per_s", number_json(r.gb_per_s)},
      {"copy_fraction", number_json(r.copy_fraction)},
      {"runs", seen.runs},
      {"distinct_outputs", seen.distinct_outputs},
      {"max_abs_diff", number_json(seen.max_abs_diff)},
      {"deterministic", r.deterministic()},
      {"batch_invariant", r.batch_invariant()},
      {"max_ulp_error", ulp_json(r.correctness.max_ulp_error)},
      {"correctly_rounded_share", number_json(r.correctness.correctly_rounded_share)},
      {"tier", name_of(r.tier)},
      {"recommendation", name_of(r.recommendation)},
      {"timed_runs", r.time_ms.runs},
      {"device_ms", r.device_ms.runs > 0 ? number_json(r.device_ms.median) : Json()},
      {"whole_call_ms", r.whole_call_ms.runs > 0 ? number_json(r.whole_call_ms.median) : Json()},
      {"loaded_runs", seen.loaded_runs},
      {"differing_runs", seen.differing_runs},
      {"standard_ratio", r.standard_ratio > 0 ? number_json(r.standard_ratio) : Json(nullptr)},
      {"copy_median_ms", number_json(copy.time_ms.median)},
      {"copy_gb_per_s", number_json(copy.gb_per_s)},
      {"copy_kind", copy.device != "cpu" ? "device"
                    : copy.streaming     ? "streaming"
                                         : "memcpy"},
      {"batch_sizes", r.batches.sizes},
      {"single_rows", r.batches.single_rows},
      {"first_batch_size_that_differs",
       r.batches.first_difference < 0 ? Json(nullptr) : Json(r.batches.first_difference)},
      {"differences_between_runs", histogram_json(seen.differences, "up_to_ulp", "elements")},
      {"errors", histogram_json(r.correctness.errors, "up_to_ulp", "elements")},
      {"parameters", parameters(report, input, r)}};
}

}  // namespace

std::string render_json(const CompareReport& report) {
  Json results = Json::array();
  for (const InputResult& input : report.inputs) {
    for (const MethodResult& result : input.results) {
      if (result.measured()) results.push_back(result_json(report, input, result));
    }
  }
  const Json json = {{"schema", "samebits-compare/1"},
                     {"contract", report.machine.contract},
                     {"machine", run_json(report)},
                     {"results", results}};
  return json_file(json);
}

}  // namespace samebits::lab
