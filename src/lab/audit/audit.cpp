// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "lab/audit/batch_walk.hpp"
#include "lab/audit/evidence.hpp"
#include "lab/audit/execute.hpp"
#include "lab/audit/plugin.hpp"
#include "lab/audit/run_axis.hpp"
#include "lab/audit/speed.hpp"
#include "lab/audit/witness.hpp"

namespace samebits::lab::audit {
namespace {

/// After so many faults a subject is left alone; a hang costs its whole time limit each time.
constexpr int kMostFaults = 8;

std::vector<std::string> default_devices() {
  std::vector<std::string> names;
  for (const DeviceInfo& info : devices()) {
    if (info.status == Status::ok && !info.software) names.push_back(info.name);
  }
  return names;
}

/// The full name of a device, "vulkan" being the first of "vulkan:0", "vulkan:1".
const DeviceInfo& find_device(const std::vector<DeviceInfo>& all, const std::string& name) {
  const auto found = std::ranges::find_if(all, [&](const DeviceInfo& info) {
    return info.name == name || info.name.starts_with(name + ":") || name == info.name + ":0";
  });
  if (found == all.end()) {
    throw Error(Status::unknown_device, fmt::format("audit: unknown device '{}'", name));
  }
  if (found->status != Status::ok) {
    throw Error(found->status, fmt::format("audit: device '{}': {}", name, found->reason));
  }
  return *found;
}

void check(const AuditOptions& options) {
  const auto refuse = [](std::string_view what) {
    throw Error(Status::invalid_argument, fmt::format("audit: {}", what));
  };
  // The library's own check of eps and modes, on the smallest call.
  const float one = 1.0f;
  float y = 0.0f;
  testing::run({.x = view(&one, 1, 1),
                .y = view(&y, 1, 1),
                .eps = options.terms.eps,
                .weight_mode = options.terms.weight_mode,
                .residual_mode = options.terms.residual_mode},
               {.operation = options.terms.operation});
  if (!has_weight(options.terms.operation) && options.terms.weight_mode != WeightMode::none) {
    refuse(fmt::format("{} has no weight", name_of(options.terms.operation)));
  }
  if (options.terms.operation != testing::Operation{} &&
      !(options.plugins.empty() && options.others.empty())) {
    refuse("plugins compute rms_norm, no other operation");
  }
  if (options.trials < 0) refuse("trials must not be negative");
  if (!(options.minutes >= 0.0)) refuse("minutes must not be negative");
  if (!(options.call_seconds > 0.0)) refuse("the time limit of a call must be positive");
  for (const AuditShape& shape : options.shapes) {
    if (shape.rows < 1 || shape.columns < 1)
      refuse("a shape needs at least one row and one column");
    // Several copies of the rows are in memory at a time.
    if (shape.rows > (std::int64_t{1} << 31) / shape.columns) {
      refuse(fmt::format("the shape {}x{} is too large; at most 2^31 elements are expected",
                         shape.rows, shape.columns));
    }
  }
}

/// Names, as on the command line, of options that are given and that nothing of the audit uses.
std::vector<std::string> unused_options(const AuditOptions& options,
                                        const std::vector<Axis>& axes) {
  const auto has = [&](Axis axis) { return std::ranges::count(axes, axis) != 0; };
  std::vector<std::string> names;
  const bool no_method =
      options.methods.empty() && !(options.plugins.empty() && options.others.empty());
  const bool other_device =
      std::ranges::any_of(options.devices, [](const std::string& name) { return name != "cpu"; });
  if (no_method && other_device) names.emplace_back("--device");
  if (options.trials > 0 && !has(Axis::repeat) && !has(Axis::together)) {
    names.emplace_back("--trials");
  }
  if (options.minutes > 0.0 && !has(Axis::together)) names.emplace_back("--minutes");
  if (options.terms.residual_mode != ResidualMode::rounded && !has(Axis::in_place) &&
      !has(Axis::fusion) && !has(Axis::together)) {
    names.emplace_back("--residual-mode");
  }
  return names;
}

class Audit {
 public:
  Audit(const AuditOptions& options, Progress& progress)
      : options_(options),
        progress_(progress),
        axes_(options.axes),
        shapes_(options.shapes),
        dtypes_(options.dtypes) {
    check(options);
    if (axes_.empty()) axes_.assign(all_axes().begin(), all_axes().end());
    if (shapes_.empty()) shapes_ = {AuditShape{}};
    if (dtypes_.empty()) dtypes_ = {DType::float32, DType::bfloat16};
    report_.axes = axes_;
    report_.unused = unused_options(options, axes_);
    report_.terms = options.terms;
    report_.seed = options.seed;
    report_.trials = options.trials;
    report_.command_line = options.command_line;
    report_.output = options.output;
  }

  AuditReport run() {
    const auto start = std::chrono::steady_clock::now();
    load_plugins();
    add_builtins();
    for (const auto& make : options_.others) subjects_.push_back(make());
    // Not before everything that was asked for is known to be there: bad usage touches nothing.
    if (!options_.output.empty()) remove_old_evidence(options_.output);
    report_.machine = this_machine();
    steps_ =
        static_cast<int>(subjects_.size() * shapes_.size() * dtypes_.size() * (axes_.size() + 1));
    for (const auto& subject : subjects_) audit_subject(*subject);
    leave_out_absent();
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  void load_plugins() {
    std::size_t memory = 0;
    for (const AuditShape& shape : shapes_) {
      for (const BatchRange& range : batch_ranges(shape.rows, shape.columns)) {
        const std::int64_t columns = range.columns == 0 ? shape.columns : range.columns;
        memory = std::max(memory, arena_bytes(range.sizes.back(), columns, DType::float32));
      }
    }
    for (const std::string& path : options_.plugins) {
      try {
        subjects_.push_back(make_plugin_subject(path, {.host_program = options_.host_program,
                                                       .memory = memory,
                                                       .call_seconds = options_.call_seconds}));
      } catch (const Misbehaviour& misbehaviour) {
        report_.failures.push_back({.subject = path,
                                    .device = "cpu",
                                    .fault = misbehaviour.fault(),
                                    .message = misbehaviour.what(),
                                    .where = {}});
      }
    }
  }

  void add_builtins() {
    std::vector<Method> methods = options_.methods;
    if (methods.empty() && options_.plugins.empty() && options_.others.empty()) {
      methods.assign(all_methods().begin(), all_methods().end());
    }
    if (methods.empty()) return;
    const std::vector<DeviceInfo> all = devices();
    std::vector<std::string> names =
        options_.devices.empty() ? default_devices() : options_.devices;
    std::vector<const DeviceInfo*> chosen;
    chosen.reserve(names.size());
    for (const std::string& name : names) chosen.push_back(&find_device(all, name));
    for (const DeviceInfo* device : chosen) {
      for (const Method method : methods) {
        if (device->status != Status::ok) {
          if (!options_.methods.empty()) absent_.emplace_back(method, device->name);
          continue;
        }
        subjects_.push_back(make_builtin_subject(method, device->name,
                                                 others_with(all, chosen, *device),
                                                 options_.terms.operation, options_.gpu));
      }
    }
  }

  /// The other devices of this audit; the processor always counts.
  static std::vector<std::string> others_with(const std::vector<DeviceInfo>& all,
                                              const std::vector<const DeviceInfo*>& chosen,
                                              const DeviceInfo& device) {
    std::vector<std::string> names;
    for (const DeviceInfo& other : all) {
      const bool counts = other.name == "cpu" || std::ranges::count(chosen, &other) != 0;
      if (counts && other.name != device.name && other.status == Status::ok) {
        names.push_back(other.name);
      }
    }
    return names;
  }

  void audit_subject(Subject& subject) {
    report_.subjects.push_back({.name = subject.name(),
                                .device = subject.device(),
                                .summary = subject.summary(),
                                .plugin = subject.plugin()});
    faults_ = 0;
    subject_races_ = false;
    for (const AuditShape& shape : shapes_) {
      for (const DType dtype : dtypes_) audit_shape(subject, shape, dtype);
    }
    for (Cell& cell : report_.cells) {
      if (cell.subject == subject.name() && cell.device == subject.device()) {
        cell.races = cell.races || subject_races_;
      }
    }
  }

  bool takes(const Subject& subject, DType dtype) const {
    const Capabilities& can = subject.capabilities();
    return std::ranges::count(can.dtypes, dtype) != 0 &&
           std::ranges::count(can.weight_modes, options_.terms.weight_mode) != 0;
  }

  void audit_shape(Subject& subject, const AuditShape& shape, DType dtype) {
    if (!takes(subject, dtype)) return leave_out(subject, shape, dtype);
    Witness witness(subject, inputs_of(shape, dtype));
    const std::size_t first_cell = report_.cells.size();
    std::vector<Axis> invariant;
    for (const Axis axis : axes_) {
      tell(subject, dtype, name_of(axis));
      Cell cell = new_cell(subject.name(), subject.device(), shape, dtype, axis);
      run(witness, cell, invariant);
      if (cell.verdict == CellVerdict::invariant) invariant.push_back(axis);
      report_.cells.push_back(std::move(cell));
    }
    // Last, so that the first calls of all are those of an axis.
    tell(subject, dtype, "speed");
    measure(witness);
    settle(witness, std::span(report_.cells).subspan(first_cell));
  }

  void measure(Witness& witness) {
    if (faults_ >= kMostFaults) return;
    try {
      report_.subjects.back().speeds.push_back(measure_speed(witness));
      witness.repeat_first();
    } catch (const Misbehaviour& misbehaviour) {
      note(witness.subject(), misbehaviour, "timing");
    } catch (const Error&) {  // the cells say it
    }
  }

  /// What the subject gave otherwise when it was asked again counts, wherever that was.
  void settle(Witness& witness, std::span<Cell> cells) {
    if (witness.contradictions() == 0) return;
    subject_races_ = true;
    auto told = std::ranges::find(cells, Axis::repeat, &Cell::axis);
    if (told == cells.end()) {
      told = std::ranges::find_if(cells, [](const Cell& cell) { return cell.races; });
    }
    if (told == cells.end()) told = cells.begin();
    if (told->verdict == CellVerdict::refuted && told->races) return;
    refute(*told, *witness.contradiction());
    keep_evidence(witness, *told);
  }

  const Inputs& inputs_of(const AuditShape& shape, DType dtype) {
    const auto key = std::tuple(dtype, shape.rows, shape.columns);
    const auto found = inputs_.find(key);
    if (found != inputs_.end()) return found->second;
    return inputs_
        .emplace(key, make_inputs(dtype, shape.rows, shape.columns, options_.terms, options_.seed))
        .first->second;
  }

  void leave_out(const Subject& subject, const AuditShape& shape, DType dtype) {
    step_ += static_cast<int>(axes_.size()) + 1;
    for (const Axis axis : axes_) {
      Cell cell = new_cell(subject.name(), subject.device(), shape, dtype, axis);
      cell.reason = {Word::why_not_taken,
                     {std::string(samebits::name_of(dtype)),
                      std::string(samebits::name_of(options_.terms.weight_mode))}};
      report_.cells.push_back(std::move(cell));
    }
  }

  /// A method that was named stands in the report, on a device that does not have it too.
  void leave_out_absent() {
    for (const auto& [method, device] : absent_) {
      report_.subjects.push_back({.name = std::string(samebits::name_of(method)),
                                  .device = device,
                                  .summary = "not on this device",
                                  .plugin = {}});
      for (const AuditShape& shape : shapes_) {
        for (const DType dtype : dtypes_) {
          for (const Axis axis : axes_) {
            Cell cell = new_cell(report_.subjects.back().name, device, shape, dtype, axis);
            cell.reason = Word::why_no_method;
            report_.cells.push_back(std::move(cell));
          }
        }
      }
    }
  }

  static Cell new_cell(const std::string& subject, const std::string& device,
                       const AuditShape& shape, DType dtype, Axis axis) {
    return {.subject = subject,
            .device = device,
            .dtype = dtype,
            .rows = shape.rows,
            .columns = shape.columns,
            .axis = axis};
  }

  void run(Witness& witness, Cell& cell, const std::vector<Axis>& invariant) {
    const Subject& subject = witness.subject();
    const Inputs& inputs = witness.inputs();
    const int trials = options_.trials > 0           ? options_.trials
                       : cell.axis == Axis::together ? kTogetherTrials
                                                     : kDefaultTrials;
    const PlanInput input{.capabilities = subject.capabilities(),
                          .rows = inputs.rows(),
                          .columns = inputs.columns(),
                          .element_size = size_of(inputs.dtype()),
                          .trials = trials,
                          .seed = options_.seed + 1000 * static_cast<std::uint64_t>(cell.axis)};
    const OnMisbehaviour on_misbehaviour = [&](const Misbehaviour& m, std::string_view where) {
      return note(subject, m, fmt::format("{}, {}", name_of(cell.axis), where));
    };
    if (faults_ >= kMostFaults) {
      cell.reason = Word::why_given_up;
      return;
    }
    if (cell.axis == Axis::together) {
      run_all_axes(witness, input, invariant, cell, on_misbehaviour);
    } else {
      run_cell(witness, input, cell, on_misbehaviour);
    }
    if (cell.verdict != CellVerdict::refuted) return;
    // Once it has failed to repeat itself, no other axis can be blamed with certainty.
    subject_races_ = subject_races_ || cell.races;
    cell.races = subject_races_;
    keep_evidence(witness, cell);
  }

  void run_all_axes(Witness& witness, const PlanInput& input, const std::vector<Axis>& invariant,
                    Cell& cell, const OnMisbehaviour& on_misbehaviour) {
    if (subject_races_) {
      cell.reason = Word::why_races;
    } else if (invariant.size() < 2) {
      cell.reason = Word::why_too_few_axes;
    } else {
      const auto cells = static_cast<double>(subjects_.size() * shapes_.size() * dtypes_.size());
      run_together(witness, input, invariant, 60.0 * options_.minutes / cells, cell,
                   on_misbehaviour);
    }
  }

  /// Where a subject does not repeat itself, what `repeat` has found shows all there is to show.
  const Cell* race_of(const Cell& cell) const {
    const auto found = std::ranges::find_if(report_.cells, [&](const Cell& other) {
      return other.axis == Axis::repeat && !other.evidence.empty() &&
             other.subject == cell.subject && other.device == cell.device &&
             other.dtype == cell.dtype && other.rows == cell.rows && other.columns == cell.columns;
    });
    return cell.races && found != report_.cells.end() ? &*found : nullptr;
  }

  void keep_evidence(Witness& witness, Cell& cell) {
    if (options_.output.empty() || !cell.counterexample) return;
    if (const Cell* race = race_of(cell)) {
      cell.evidence = race->evidence;
      return;
    }
    try {
      cell.evidence = write_evidence(options_.output, cell, witness, options_.seed);
      subject_races_ = subject_races_ || cell.races;
    } catch (const Misbehaviour&) {  // it has been noted where it first happened
    }
  }

  bool note(const Subject& subject, const Misbehaviour& m, const std::string& where) {
    ++faults_;
    for (Failure& failure : report_.failures) {
      if (failure.subject == subject.name() && failure.fault == m.fault() &&
          failure.message == m.what()) {
        ++failure.times;
        return faults_ < kMostFaults;
      }
    }
    report_.failures.push_back({.subject = subject.name(),
                                .device = subject.device(),
                                .fault = m.fault(),
                                .message = m.what(),
                                .where = where});
    return faults_ < kMostFaults;
  }

  void tell(const Subject& subject, DType dtype, std::string_view what) {
    progress_.on_step(++step_, steps_,
                      fmt::format("{} {}: {}", subject.name(), samebits::name_of(dtype), what));
  }

  const AuditOptions& options_;
  Progress& progress_;
  std::vector<Axis> axes_;
  std::vector<AuditShape> shapes_;
  std::vector<DType> dtypes_;
  std::vector<std::unique_ptr<Subject>> subjects_;
  std::vector<std::pair<Method, std::string>> absent_;  ///< methods of devices without them
  AuditReport report_;
  int step_ = 0;
  int steps_ = 0;
  int faults_ = 0;
  bool subject_races_ = false;
  std::map<std::tuple<DType, std::int64_t, std::int64_t>, Inputs> inputs_;
};

}  // namespace

std::string_view name_of(CellVerdict verdict) {
  switch (verdict) {
    case CellVerdict::invariant:
      return "invariant";
    case CellVerdict::refuted:
      return "refuted";
    case CellVerdict::not_varied:
      return "not-varied";
  }
  return "";
}

AuditReport run_audit(const AuditOptions& options, Progress& progress) {
  return Audit(options, progress).run();
}

std::vector<std::string> unmet(const AuditReport& report, const std::vector<Axis>& axes) {
  std::vector<std::string> lines;
  for (const Axis axis : axes) {
    bool seen = false;
    for (const Cell& cell : report.cells) {
      if (cell.axis != axis) continue;
      seen = true;
      if (cell.verdict == CellVerdict::invariant && !cell.races) continue;
      lines.push_back(fmt::format("{} on {}, {}, {}: {}{}", cell.subject, cell.device,
                                  samebits::name_of(cell.dtype), name_of(axis),
                                  name_of(cell.verdict),
                                  cell.reason.empty() ? "" : ", " + cell.reason.in(Language::en)));
    }
    if (!seen) lines.push_back(fmt::format("{}: no subject was audited on it", name_of(axis)));
  }
  return lines;
}

std::int64_t crossing(const Cell& cell) {
  return cell.switches.size() == 1 ? cell.switches.front().from : -1;
}

}  // namespace samebits::lab::audit
