// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "lab/report/compare_parts.hpp"

namespace samebits::lab::audit {
namespace {

std::string join(const std::vector<std::string>& parts, std::string_view comma) {
  return fmt::format("{}", fmt::join(parts, comma));
}

/// -1 unless the label is a whole number.
std::int64_t number_of(const std::string& label) {
  std::int64_t value = -1;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), value);
  return error == std::errc{} && end == label.data() + label.size() ? value : -1;
}

/// The trial of `repeat` that was the first with other bits; 0: it is another axis, or another
/// kind of variation.
std::int64_t first_moved_trial(const Cell& cell) {
  if (cell.axis != Axis::repeat || cell.moved_at.empty()) return 0;
  return std::max<std::int64_t>(0, number_of(cell.moved_at.front()));
}

/// From that trial on all moved, and in one way: it is the calls before that are different.
bool only_first_calls(const Cell& cell) {
  const auto is_trial = [](const std::string& label) { return number_of(label) > 0; };
  const auto trials = std::ranges::count_if(cell.tried, is_trial);
  const auto moved = std::ranges::count_if(cell.moved_at, is_trial);
  return cell.distinct_outputs == 2 && moved == trials - cell.first_moved + 1;
}

struct SubjectFindings {
  std::set<Axis> moved, same, unvaried;
  bool races = false;
  std::int64_t trials = 0;
  std::vector<Switch> switches;
};

SubjectFindings gather_findings(const AuditReport& report, const SubjectReport& subject) {
  SubjectFindings found;
  for (const Cell& cell : report.cells) {
    if (cell.subject != subject.name || cell.device != subject.device) continue;
    auto& set = cell.verdict == CellVerdict::refuted     ? found.moved
                : cell.verdict == CellVerdict::invariant ? found.same
                                                         : found.unvaried;
    set.insert(cell.axis);
    found.races = found.races || (cell.races && cell.verdict == CellVerdict::refuted);
    const std::int64_t trial = first_moved_trial(cell);
    if (trial > 0) found.trials = found.trials == 0 ? trial : std::min(found.trials, trial);
    for (const Switch& s : cell.switches) {
      if (std::ranges::count(found.switches, s) == 0) found.switches.push_back(s);
    }
  }
  for (const Axis axis : found.moved) found.same.erase(axis);
  for (const Axis axis : found.moved) found.unvaried.erase(axis);
  for (const Axis axis : found.same) found.unvaried.erase(axis);
  return found;
}

/// One switch is told; several are left to the finding.
std::string names(const std::set<Axis>& axes, Language language,
                  const std::vector<Switch>& switches = {}) {
  std::vector<std::string> parts;
  parts.reserve(axes.size());
  for (const Axis axis : axes) {
    parts.push_back(
        axis == Axis::batch && switches.size() == 1
            ? say(language, Word::audit_summary_switch, switches[0].below, switches[0].from)
            : std::string(name_of(axis)));
  }
  if (parts.empty()) return say(language, Word::audit_nothing);
  return join(parts, say(language, Word::list_comma));
}

}  // namespace

std::vector<MatrixRow> matrix_of(const AuditReport& report) {
  std::vector<MatrixRow> rows;
  for (const Cell& cell : report.cells) {
    const bool fresh = rows.empty() || rows.back().subject != cell.subject ||
                       rows.back().device != cell.device || rows.back().dtype != cell.dtype ||
                       rows.back().rows != cell.rows || rows.back().columns != cell.columns;
    if (fresh) {
      rows.push_back({cell.subject, cell.device, cell.dtype, cell.rows, cell.columns, {}, nullptr});
    }
    rows.back().cells.push_back(&cell);
  }
  for (MatrixRow& row : rows) {
    for (const SubjectReport& subject : report.subjects) {
      if (subject.name != row.subject || subject.device != row.device) continue;
      for (const Speed& speed : subject.speeds) {
        if (speed.dtype == row.dtype && speed.rows == row.rows && speed.columns == row.columns) {
          row.speed = &speed;
        }
      }
    }
  }
  return rows;
}

std::string evidence_path(const AuditReport& report, const Cell& cell) {
  return report.output.empty() ? cell.evidence : report.output + "/" + cell.evidence;
}

std::string row_name(const AuditReport& report, const MatrixRow& row) {
  std::set<std::string> devices;
  std::set<std::pair<std::int64_t, std::int64_t>> shapes;
  for (const Cell& cell : report.cells) {
    devices.insert(cell.device);
    shapes.insert({cell.rows, cell.columns});
  }
  std::string name = fmt::format("{} {}", row.subject, samebits::name_of(row.dtype));
  if (devices.size() > 1) name += " " + row.device;
  if (shapes.size() > 1) name += fmt::format(" {}x{}", row.rows, row.columns);
  return name;
}

std::string verdict_word(const Cell& cell, Language language) {
  switch (cell.verdict) {
    case CellVerdict::invariant:
      return say(language, Word::audit_same);
    case CellVerdict::refuted:
      return say(language, cell.races ? Word::audit_race : Word::audit_moved);
    case CellVerdict::not_varied:
      break;
  }
  return say(language, Word::audit_not_varied);
}

std::string count_text(std::int64_t count) {
  const auto value = static_cast<double>(count);
  if (count < 10'000) return fmt::format("{}", count);
  if (count < 1'000'000) return fmt::format("{:.0f} k", value / 1e3);
  if (count < 10'000'000) return fmt::format("{:.1f} M", value / 1e6);
  return fmt::format("{:.0f} M", value / 1e6);
}

std::string ulp_words(std::uint64_t distance, Language language) {
  if (distance == kUlpNan) return say(language, Word::audit_nan);
  constexpr std::uint64_t kLarge = 1'000'000;
  const std::string number = distance < kLarge
                                 ? fmt::format("{}", distance)
                                 : fmt::format("{:.1e}", static_cast<double>(distance));
  return fmt::format("{} ulp", number);
}

std::string abs_words(double difference, Language language) {
  return std::isfinite(difference) ? fmt::format("{:.2g}", difference)
                                   : say(language, Word::infinite);
}

std::vector<std::string> cell_figures(const Cell& cell, Language language) {
  switch (cell.verdict) {
    case CellVerdict::invariant:
      return {say(language, Word::audit_variations, cell.variations),
              say(language, Word::audit_values, count_text(cell.values))};
    case CellVerdict::not_varied:
      return {cell.reason.in(language)};
    case CellVerdict::refuted:
      break;
  }
  std::vector<std::string> lines;
  if (cell.moved_values > 0) {
    lines = {say(language, Word::audit_outputs, cell.distinct_outputs),
             fmt::format("{}, {}", ulp_words(cell.max_ulp_diff, language),
                         abs_words(cell.max_abs_diff, language)),
             say(language, Word::audit_values_moved, count_text(cell.moved_values),
                 count_text(cell.values)),
             say(language, Word::audit_rows_moved, cell.moved_rows)};
  }
  if (cell.contradicted) lines.push_back(say(language, Word::audit_not_again));
  if (!cell.state_left.empty()) lines.push_back(say(language, Word::audit_state_left));
  return lines;
}

std::string label_list(const std::vector<std::string>& labels, const std::vector<std::string>& rest,
                       std::size_t most) {
  std::set<std::int64_t> others;
  for (const auto& label : rest) others.insert(number_of(label));
  std::vector<std::string> pieces;
  std::size_t i = 0;
  while (i < labels.size()) {
    const std::int64_t first = number_of(labels[i]);
    std::size_t end = i + 1;
    // A range ends where a value of the other kind lies between.
    while (first >= 0 && end < labels.size() &&
           number_of(labels[end]) > number_of(labels[end - 1]) &&
           others.lower_bound(number_of(labels[end - 1])) ==
               others.lower_bound(number_of(labels[end]))) {
      ++end;
    }
    pieces.push_back(end - i < 2 ? labels[i] : fmt::format("{}–{}", labels[i], labels[end - 1]));
    i = end;
  }
  const bool cut = pieces.size() > most;
  if (cut) pieces.resize(most);
  return join(pieces, ", ") + (cut ? ", …" : "");
}

std::string switch_sentence(const Switch& s, Language language) {
  return s.columns == 0 ? say(language, Word::audit_switch, s.below, s.from)
                        : say(language, Word::audit_switch_of_columns, s.below, s.from, s.columns);
}

std::string finding(const Cell& cell, Language language) {
  std::vector<std::string> sentences;
  constexpr std::size_t kMostLabels = 12;
  if (cell.moved_values > 0) {
    sentences.push_back(say(language, Word::audit_finding, cell.moved_at.size(), cell.variations,
                            count_text(cell.moved_values), count_text(cell.values), cell.moved_rows,
                            cell.distinct_outputs, abs_words(cell.max_abs_diff, language),
                            ulp_words(cell.max_ulp_diff, language)));
    if (first_moved_trial(cell) > 0) {
      sentences.push_back(only_first_calls(cell)
                              ? say(language, Word::audit_first_calls, cell.first_moved)
                              : say(language, Word::audit_found_at_trial, cell.first_moved));
    } else {
      if (cell.races && cell.axis != Axis::repeat) {
        sentences.push_back(say(language, Word::audit_races_anyway));
      }
      for (const Switch& s : cell.switches) sentences.push_back(switch_sentence(s, language));
      if (cell.switches.size() == kMostSwitches) {
        sentences.push_back(say(language, Word::audit_more_switches));
      }
      if (cell.same_at.empty()) {
        sentences.push_back(say(language, Word::audit_moved_at_all));
      } else {
        sentences.push_back(say(language, Word::audit_moved_at,
                                label_list(cell.moved_at, cell.same_at, kMostLabels)));
        sentences.push_back(say(language, Word::audit_same_at,
                                label_list(cell.same_at, cell.moved_at, kMostLabels)));
      }
    }
  }
  if (cell.contradicted) sentences.push_back(say(language, Word::audit_contradicted));
  if (!cell.state_left.empty()) {
    sentences.push_back(say(language, Word::audit_state_sentence, cell.state_left));
  }
  return join(sentences, space(language));
}

std::string failure_line(const Failure& failure, Language language) {
  const std::string where = failure.where.empty() ? ""
                                                  : say(language, Word::audit_failure_where,
                                                        failure.where, failure.times);
  return say(language, Word::audit_failure_line, failure.subject, name_of(failure.fault),
             failure.message, where);
}

bool has_section(const AuditReport& report, const Cell& cell) {
  if (cell.verdict != CellVerdict::refuted) return false;
  return !cell.races || cell.axis == Axis::repeat ||
         std::ranges::count(report.axes, Axis::repeat) == 0;
}

doc::List run_facts(const AuditReport& report, Language language) {
  const Machine& machine = report.machine;
  doc::List list = end_facts(report, language);
  list.entries.insert(
      list.entries.begin(),
      {{say(language, Word::audit_machine_text, machine.processor, machine.cores, machine.simd),
        say(language, Word::audit_machine)},
       {fmt::format("{}, {}", machine.system, machine.compiler), say(language, Word::audit_system)},
       {report.command_line, say(language, Word::audit_command)},
       {say(language, Word::audit_computed_text, samebits::name_of(report.terms.weight_mode),
            samebits::name_of(report.terms.residual_mode), report.terms.eps),
        say(language, Word::audit_computed)}});
  return list;
}

doc::List end_facts(const AuditReport& report, Language language) {
  doc::List list{.kind = doc::ListKind::facts};
  list.entries = {
      {fmt::format("{}", report.seed), say(language, Word::audit_seed)},
      {say(language, Word::audit_seconds, report.seconds), say(language, Word::audit_duration)}};
  if (!report.unused.empty()) {
    list.entries.push_back({join(report.unused, ", "), say(language, Word::audit_unused)});
  }
  return list;
}

std::vector<std::string> summary(const AuditReport& report, Language language) {
  std::vector<std::string> lines;
  for (const SubjectReport& subject : report.subjects) {
    const SubjectFindings found = gather_findings(report, subject);
    const std::string name = subject.device == "cpu"
                                 ? subject.name
                                 : fmt::format("{} ({})", subject.name, subject.device);
    const std::string unvaried =
        found.unvaried.empty()
            ? ""
            : say(language, Word::audit_summary_unvaried, names(found.unvaried, language));
    if (found.races) {
      lines.push_back(
          say(language, Word::audit_summary_race, name,
              found.trials > 0 ? say(language, Word::audit_summary_trial, found.trials) : ""));
    } else if (found.moved.empty()) {
      lines.push_back(say(language, Word::audit_summary_all, name, found.same.size(), unvaried));
    } else {
      const bool repeats = found.same.contains(Axis::repeat);
      lines.push_back(say(language, Word::audit_summary_moved, name,
                          repeats ? say(language, Word::audit_summary_repeats) : "",
                          names(found.moved, language, found.switches), names(found.same, language),
                          unvaried));
    }
  }
  return lines;
}

}  // namespace samebits::lab::audit
