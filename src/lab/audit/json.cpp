// SPDX-License-Identifier: Apache-2.0
#include "lab/report/json.hpp"
#include "lab/audit/render.hpp"

namespace samebits::lab::audit {
namespace {

/// `columns` is null where all were given.
Json switch_json(const Switch& found) {
  return {{"below", found.below},
          {"from", found.from},
          {"columns", found.columns == 0 ? Json(nullptr) : Json(found.columns)}};
}

Json cell_json(const Cell& cell) {
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
               {"max_abs_diff", number_json(cell.max_abs_diff, "inf")},
               {"max_ulp_diff", ulp_json(cell.max_ulp_diff, "nan")},
               {"evidence", cell.evidence.empty() ? Json(nullptr) : Json(cell.evidence)}};
  json["subject_repeats"] = !cell.races;
  if (!cell.reason.empty()) json["reason"] = cell.reason.in(Language::en);
  json["tried"] = cell.tried;
  if (cell.verdict != CellVerdict::refuted) return json;
  json["moved_values"] = cell.moved_values;
  json["moved_rows"] = cell.moved_rows;
  json["moved_at"] = cell.moved_at;
  json["same_at"] = cell.same_at;
  json["first_moved_trial"] = cell.first_moved;
  if (cell.axis == Axis::batch) json["switches"] = list_json(cell.switches, switch_json);
  if (crossing(cell) > 0) json["crossing_rows"] = crossing(cell);
  if (cell.contradicted) json["contradicted"] = true;
  if (!cell.state_left.empty()) json["state_left"] = cell.state_left;
  json["histogram_ulp"] = histogram_json(cell.differences, "up_to", "count");
  return json;
}

Json speed_json(const Speed& speed) {
  return {{"dtype", samebits::name_of(speed.dtype)},
          {"rows", speed.rows},
          {"columns", speed.columns},
          {"median_ms", speed.median_ms},
          {"copy_share", speed.copy_share}};
}

Json subject_json(const SubjectReport& subject) {
  return {{"name", subject.name},
          {"device", subject.device},
          {"summary", subject.summary},
          {"plugin", subject.plugin.empty() ? Json(nullptr) : Json(subject.plugin)},
          {"speeds", list_json(subject.speeds, speed_json)}};
}

Json failure_json(const Failure& failure) {
  return {{"subject", failure.subject},      {"device", failure.device},
          {"fault", name_of(failure.fault)}, {"message", failure.message},
          {"where", failure.where},          {"times", failure.times}};
}

}  // namespace

std::string render_json(const AuditReport& report) {
  const Terms& terms = report.terms;
  const Json json = {{"schema", "samebits-audit/1"},
                     {"machine", machine_json(report.machine)},
                     {"command", report.command_line},
                     {"seed", report.seed},
                     {"operation", name_of(terms.operation)},
                     {"eps", terms.eps},
                     {"weight_mode", samebits::name_of(terms.weight_mode)},
                     {"residual_mode", samebits::name_of(terms.residual_mode)},
                     {"unused_options", report.unused},
                     {"seconds", report.seconds},
                     {"subjects", list_json(report.subjects, subject_json)},
                     {"failures", list_json(report.failures, failure_json)},
                     {"cells", list_json(report.cells, cell_json)}};
  return json_file(json);
}

}  // namespace samebits::lab::audit
