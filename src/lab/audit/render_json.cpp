// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lab/audit/render.hpp"
#include "lab/audit/words.hpp"

namespace samebits::lab::audit {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no infinity: a string then, as for a NaN on one side.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json("inf");
}

Json ulp(std::uint64_t distance) {
  return distance == kUlpNan ? Json("nan") : Json(distance);
}

Json histogram(const UlpHistogram& h) {
  Json json = Json::array();
  for (std::size_t i = 0; i < UlpHistogram::kClasses; ++i) {
    Json entry;
    if (i < UlpHistogram::kUpTo.size()) {
      entry["up_to"] = UlpHistogram::kUpTo[i];
    } else {
      entry["up_to"] = i + 1 < UlpHistogram::kClasses ? "more" : "nan";
    }
    entry["count"] = h.counts[i];
    json.push_back(entry);
  }
  return json;
}

/// `columns` is null where all were given.
Json to_json(const Switch& found) {
  return {{"below", found.below},
          {"from", found.from},
          {"columns", found.columns == 0 ? Json(nullptr) : Json(found.columns)}};
}

Json to_json(const Cell& cell);
Json to_json(const SubjectReport& subject);
Json to_json(const Failure& failure);

template <class Values>
Json list(const Values& values) {
  Json json = Json::array();
  for (const auto& value : values) json.push_back(to_json(value));
  return json;
}

Json to_json(const Cell& cell) {
  Json json = {{"subject", cell.subject},
               {"device", cell.device},
               {"dtype", samebits::name_of(cell.dtype)},
               {"rows", cell.rows},
               {"columns", cell.columns},
               {"axis", name_of(cell.axis)},
               {"verdict", name_of(cell.verdict)},
               {"variations", cell.variations},
               {"values", cell.values},
               {"distinct_outputs", cell.distinct_outputs},
               {"max_abs_diff", number(cell.max_abs_diff)},
               {"max_ulp_diff", ulp(cell.max_ulp_diff)},
               {"evidence", cell.evidence.empty() ? Json(nullptr) : Json(cell.evidence)}};
  json["subject_repeats"] = !cell.races;
  if (!cell.reason.empty()) json["reason"] = cell.reason;
  json["tried"] = cell.tried;
  if (cell.verdict != CellVerdict::refuted) return json;
  json["moved_values"] = cell.moved_values;
  json["moved_rows"] = cell.moved_rows;
  json["moved_at"] = cell.moved_at;
  json["same_at"] = cell.same_at;
  json["first_moved_trial"] = cell.first_moved;
  if (cell.axis == Axis::batch) json["switches"] = list(cell.switches);
  if (crossing(cell) > 0) json["crossing_rows"] = crossing(cell);
  if (cell.contradicted) json["contradicted"] = true;
  if (!cell.state_left.empty()) json["state_left"] = cell.state_left;
  json["histogram_ulp"] = histogram(cell.differences);
  return json;
}

Json to_json(const SubjectReport& subject) {
  Json speeds = Json::array();
  for (const Speed& speed : subject.speeds) {
    speeds.push_back({{"dtype", samebits::name_of(speed.dtype)},
                      {"rows", speed.rows},
                      {"columns", speed.columns},
                      {"median_ms", speed.median_ms},
                      {"copy_share", speed.copy_share}});
  }
  return {{"name", subject.name},
          {"device", subject.device},
          {"summary", subject.summary},
          {"plugin", subject.plugin.empty() ? Json(nullptr) : Json(subject.plugin)},
          {"speeds", speeds}};
}

Json to_json(const Failure& failure) {
  return {{"subject", failure.subject},      {"device", failure.device},
          {"fault", name_of(failure.fault)}, {"message", failure.message},
          {"where", failure.where},          {"times", failure.times}};
}

Json to_json(const Machine& machine) {
  return {{"processor", machine.processor}, {"cores", machine.cores},
          {"simd", machine.simd},           {"system", machine.system},
          {"compiler", machine.compiler},   {"samebits", machine.samebits},
          {"contract", machine.contract},   {"measured_at", machine.measured_at}};
}

}  // namespace

std::string render_json(const AuditReport& report) {
  const Terms& terms = report.terms;
  const Json json = {{"schema", "samebits-audit/1"},
                     {"machine", to_json(report.machine)},
                     {"command", report.command_line},
                     {"seed", report.seed},
                     {"operation", name_of(terms.operation)},
                     {"eps", terms.eps},
                     {"weight_mode", samebits::name_of(terms.weight_mode)},
                     {"residual_mode", samebits::name_of(terms.residual_mode)},
                     {"unused_options", report.unused},
                     {"seconds", report.seconds},
                     {"subjects", list(report.subjects)},
                     {"failures", list(report.failures)},
                     {"cells", list(report.cells)}};
  // Names and messages of plugins may hold anything; what is not UTF-8 is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace samebits::lab::audit
