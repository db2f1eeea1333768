// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "lab/names.hpp"
#include "lab/report.hpp"

namespace samebits::lab {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no infinities and no NaN; null says that there is no number.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json ulp(std::uint64_t distance) {
  return distance == kUlpNan ? Json(nullptr) : Json(distance);
}

Json device_json(const DeviceInfo& device) {
  Json methods = Json::array();
  if (device.status == Status::ok) {
    for (const Method method : all_methods()) methods.push_back(name_of(method));
  }
  Json dtypes = Json::array();
  for (const DType dtype : device.dtypes) dtypes.push_back(name_of(dtype));
  return {{"name", device.name},
          {"description", device.description},
          {"present", device.status == Status::ok},
          {"reason", device.reason},
          {"software", device.software},
          {"methods", methods},
          {"dtypes", dtypes}};
}

/// Combinations asked for and not measured, with the reason in code and in words.
Json not_measured(const CompareReport& report) {
  static constexpr const char* kCodes[] = {"", "device", "method", "dtype", "failed"};
  Json list = Json::array();
  for (const InputResult& input : report.inputs) {
    for (const MethodResult& result : input.results) {
      if (result.measured()) continue;
      list.push_back({{"input", input.label},
                      {"method", name_of(result.method)},
                      {"device", result.device},
                      {"missing", kCodes[static_cast<std::size_t>(result.missing)]},
                      {"reason", result.reason}});
    }
  }
  return list;
}

Json machine_json(const CompareReport& report) {
  const Machine& machine = report.machine;
  Json devices = Json::array();
  for (const DeviceInfo& device : report.devices) devices.push_back(device_json(device));
  return {{"processor", machine.processor},
          {"cores", machine.cores},
          {"simd", machine.simd},
          {"system", machine.system},
          {"compiler", machine.compiler},
          {"samebits", machine.samebits},
          {"load", machine.load < 0 ? Json(nullptr) : number(machine.load)},
          {"measured_at", machine.measured_at},
          {"seconds", number(report.seconds)},
          {"command_line", report.command_line},
          {"devices", devices},
          {"not_measured", not_measured(report)}};
}

Json histogram_json(const UlpHistogram& histogram) {
  Json classes = Json::array();
  for (std::size_t i = 0; i < UlpHistogram::kClasses; ++i) {
    const bool bounded = i < UlpHistogram::kUpTo.size();
    const bool nan = i + 1 == UlpHistogram::kClasses;
    classes.push_back({{"up_to_ulp", bounded ? Json(UlpHistogram::kUpTo[i])
                                     : nan   ? Json("nan")
                                             : Json("more")},
                       {"elements", histogram.counts[i]}});
  }
  return classes;
}

/// What the method was called with; null for what it does not use.
Json parameters(const CompareReport& report, const InputResult& input, const MethodResult& r) {
  return {{"eps", number(report.eps)},
          {"weight_mode", input.has_weight ? name_of(report.weight_mode) : "none"},
          {"residual_mode", input.has_residual ? Json(name_of(report.residual_mode)) : Json()},
          {"chunk", adds_in_chunks(r.method) ? Json(report.chunk) : Json()},
          {"threads", r.device == "cpu" ? Json(report.threads) : Json()}};
}

Json result_json(const CompareReport& report, const InputResult& input, const MethodResult& r) {
  const Repeatability& seen = r.repeatability;
  const CopyResult& copy = copy_on(input, r.device);
  return {{"input", input.label},
          {"dtype", name_of(input.dtype)},
          {"rows", input.rows},
          {"columns", input.columns},
          {"method", name_of(r.method)},
          {"device", r.device},
          {"mean_ms", number(r.time_ms.mean)},
          {"median_ms", number(r.time_ms.median)},
          {"p10_ms", number(r.time_ms.p10)},
          {"p90_ms", number(r.time_ms.p90)},
          {"gb_per_s", number(r.gb_per_s)},
          {"copy_fraction", number(r.copy_fraction)},
          {"runs", seen.runs},
          {"distinct_outputs", seen.distinct_outputs},
          {"max_abs_diff", number(seen.max_abs_diff)},
          {"deterministic", r.deterministic()},
          {"batch_invariant", r.batch_invariant()},
          {"max_ulp_error", ulp(r.correctness.max_ulp_error)},
          {"correctly_rounded_share", number(r.correctness.correctly_rounded_share)},
          {"tier", name_of(r.tier)},
          {"recommendation", name_of(r.recommendation)},
          {"timed_runs", r.time_ms.runs},
          {"device_ms", r.device_ms.runs > 0 ? number(r.device_ms.median) : Json()},
          {"whole_call_ms", r.whole_call_ms.runs > 0 ? number(r.whole_call_ms.median) : Json()},
          {"loaded_runs", seen.loaded_runs},
          {"differing_runs", seen.differing_runs},
          {"standard_ratio", r.standard_ratio > 0 ? number(r.standard_ratio) : Json(nullptr)},
          {"copy_median_ms", number(copy.time_ms.median)},
          {"copy_gb_per_s", number(copy.gb_per_s)},
          {"copy_kind", copy.device != "cpu" ? "device"
                        : copy.streaming     ? "streaming"
                                             : "memcpy"},
          {"batch_sizes", r.batches.sizes},
          {"single_rows", r.batches.single_rows},
          {"first_batch_size_that_differs",
           r.batches.first_difference < 0 ? Json(nullptr) : Json(r.batches.first_difference)},
          {"differences_between_runs", histogram_json(seen.differences)},
          {"errors", histogram_json(r.correctness.errors)},
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
                     {"machine", machine_json(report)},
                     {"results", results}};
  // Labels and command lines are whatever bytes a person typed.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace samebits::lab
