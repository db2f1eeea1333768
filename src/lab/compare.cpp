// SPDX-License-Identifier: Apache-2.0
#include "lab/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>

#include "core/thread_pool.hpp"
#include "lab/background_load.hpp"
#include "lab/batches.hpp"
#include "lab/copy_speed.hpp"
#include "lab/names.hpp"
#include "lab/timer.hpp"

namespace samebits::lab {
namespace {

constexpr int kFewestRounds = 40;
constexpr int kMostRounds = 400;
constexpr int kFewestOfSlow =
    10;  // timed, and as many under load, before a slow method is timed no further
constexpr CopyKind kCopies[] = {CopyKind::plain, CopyKind::streaming};
// Steps told to Progress for each input.
constexpr int kTimingSteps = 20;
constexpr int kLoadSteps = 5;
constexpr int kCheckSteps = 5;
constexpr int kInputSteps = kTimingSteps + kLoadSteps + kCheckSteps;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Turns the fraction done of a phase into steps, each told once.
class Steps {
 public:
  Steps(Progress& progress, int inputs) : progress_(progress), steps_(inputs * kInputSteps) {}

  void begin(int first, int count, std::string text) {
    first_ = first;
    count_ = count;
    text_ = std::move(text);
  }
  void at(double fraction) {
    const int step = first_ + std::clamp(static_cast<int>(fraction * count_), 0, count_ - 1);
    if (step <= told_) return;
    told_ = step;
    progress_.on_step(step + 1, steps_, text_);
  }

 private:
  Progress& progress_;
  int steps_;
  int first_ = 0;
  int count_ = 1;
  int told_ = -1;
  std::string text_;
};

int resolve_threads(const CompareOptions& options) {
  return options.threads > 0 ? options.threads : core::available_cores();
}

/// The devices asked for, in their order; all that are there if none was named.
std::vector<DeviceInfo> choose_devices(const std::vector<DeviceInfo>& all,
                                       const std::vector<std::string>& names) {
  std::vector<DeviceInfo> chosen;
  if (names.empty()) {
    std::ranges::copy_if(all, std::back_inserter(chosen),
                         [](const DeviceInfo& info) { return info.status == Status::ok; });
    return chosen;
  }
  for (const std::string& name : names) {
    // "vulkan" is the first of "vulkan:0", "vulkan:1"; "cpu:0" is "cpu".
    const auto found = std::ranges::find_if(all, [&](const DeviceInfo& info) {
      return info.name == name || info.name.starts_with(name + ":") || name == info.name + ":0";
    });
    if (found == all.end()) {
      std::vector<std::string> known;
      known.reserve(all.size());
      for (const DeviceInfo& info : all) known.push_back(info.name);
      throw Error(Status::unknown_device, fmt::format("compare: unknown device '{}'; known are {}",
                                                      name, fmt::join(known, ", ")));
    }
    if (std::ranges::count(chosen, found->name, &DeviceInfo::name) == 0) chosen.push_back(*found);
  }
  if (std::ranges::count(chosen, Status::ok, &DeviceInfo::status) == 0) {
    throw Error(chosen.front().status,
                fmt::format("compare: device '{}': {}", names.front(), chosen.front().reason));
  }
  return chosen;
}

Missing missing_on(const DeviceInfo& device, DType dtype) {
  if (device.status != Status::ok) return Missing::device;
  if (std::ranges::count(device.dtypes, dtype) == 0) return Missing::dtype;
  return Missing::nothing;
}

/// All methods on all devices on one input.
class Comparison {
 public:
  Comparison(const CompareOptions& options, const std::vector<DeviceInfo>& devices,
             const CompareInput& input, Steps& steps, int first_step)
      : options_(options),
        input_(input),
        problem_(input, options),
        outputs_(problem_.make_outputs()),
        copy_(resolve_threads(options)),
        steps_(steps),
        first_step_(first_step) {
    add_methods(devices);
    add_copies(devices);
  }

  InputResult run() {
    time_rounds();
    run_under_load();
    InputResult result{.label = input_.label,
                       .dtype = input_.x.dtype,
                       .rows = input_.x.rows(),
                       .columns = input_.x.columns(),
                       .has_weight = input_.weight.has_value(),
                       .has_residual = input_.residual.has_value(),
                       .copy = copy_result(),
                       .device_copies = device_copy_results(),
                       .results = {}};
    check_methods();
    fill_verdicts(result);
    for (Entry& entry : entries_) result.results.push_back(std::move(entry.result));
    return result;
  }

 private:
  struct Entry {
    MethodResult result;
    std::unique_ptr<Timer> timer;  ///< null where the method is missing
  };

  /// A device's copy within its own memory.
  struct DeviceCopy {
    std::string device;
    std::unique_ptr<testing::PreparedCall> call;
    std::vector<double> times_ms{};
    std::vector<double> device_times_ms{};
  };

  void add_methods(const std::vector<DeviceInfo>& devices) {
    const auto all = all_methods();
    std::vector<Method> methods;
    for (const Method method : options_.methods) {
      if (std::ranges::count(methods, method) == 0) methods.push_back(method);
    }
    if (methods.empty()) methods.assign(all.begin(), all.end());
    for (const DeviceInfo& device : devices) {
      const Missing missing = missing_on(device, input_.x.dtype);
      for (const Method method : methods) {
        Entry entry;
        entry.result.method = method;
        entry.result.device = device.name;
        entry.result.missing = missing;
        if (missing == Missing::device) entry.result.reason = device.reason;
        if (entry.result.measured())
          start_timer(entry, options_for(options_, method, device.device));
        entries_.push_back(std::move(entry));
      }
    }
  }

  void add_copies(const std::vector<DeviceInfo>& devices) {
    const auto bytes = static_cast<std::int64_t>((input_.x.data.size() + 3) / 4 * 4);
    for (const DeviceInfo& device : devices) {
      if (device.name == "cpu" || device.status != Status::ok) continue;
      DeviceCopy copy{.device = device.name, .call = nullptr};
      attempt_copy(copy, [&] {
        copy.call = testing::prepare_copy(device.device, bytes);
        copy.call->run();
      });
      if (copy.call) device_copies_.push_back(std::move(copy));
    }
  }

  /// A copy that fails is out. That is not the methods' fault: they go on, and are held against the
  /// CPU's copy if it never ran.
  template <class Work>
  static void attempt_copy(DeviceCopy& copy, const Work& work) {
    try {
      work();
    } catch (const Error&) {
      copy.call.reset();
    }
  }

  void start_timer(Entry& entry, const testing::Options& options) {
    entry.timer = std::make_unique<Timer>(problem_, options, outputs_);
    attempt(entry, [&] { entry.timer->warm_up(); });
  }

  /// Does it unless the entry is out. A device may yet refuse (a limit that DeviceInfo
  /// cannot express) or break; then the entry is out, and says why.
  template <class Work>
  void attempt(Entry& entry, const Work& work) {
    if (!entry.timer) return;
    try {
      work();
    } catch (const Error& error) {
      if (error.status() == Status::invalid_argument) throw;  // the caller's, whatever the device
      entry.timer.reset();
      entry.result.missing = Missing::failed;
      entry.result.reason = error.what();
    }
  }

  /// Round-robin with a moving start: noise and neighbours hit the copy and every method alike.
  void time_rounds() {
    begin(0, kTimingSteps, "timing");
    const Clock::time_point start = Clock::now();
    const int fixed = options_.repeats;
    for (int round = 0; fixed > 0 ? round < fixed : wants_more(round, start); ++round) {
      steps_.at(fixed > 0 ? double(round) / fixed : fraction_done(round, start));
      const std::size_t timed = entries_.size() + std::size(kCopies) + device_copies_.size();
      for (std::size_t i = 0; i < timed; ++i) {
        run_timed((i + static_cast<std::size_t>(round)) % timed);
      }
    }
  }

  double fraction_done(int round, Clock::time_point start) const {
    const double by_time = options_.seconds > 0 ? seconds_since(start) / options_.seconds : 1.0;
    return std::max(std::min(double(round) / kFewestRounds, by_time), double(round) / kMostRounds);
  }
  bool wants_more(int round, Clock::time_point start) const {
    return fraction_done(round, start) < 1.0;
  }

  /// A method that is slow here, say a GPU's on a software driver, must not make all others wait.
  bool is_slow(double seconds, int runs) const {
    return options_.repeats == 0 && runs >= kFewestOfSlow && seconds > options_.seconds / 3;
  }

  /// Entry `i`; past the last, a copy.
  void run_timed(std::size_t i) {
    if (i < entries_.size()) return time_entry(entries_[i]);
    i -= entries_.size();
    if (i < std::size(kCopies)) return time_copy(i);
    time_device_copy(device_copies_[i - std::size(kCopies)]);
  }

  void time_entry(Entry& entry) {
    attempt(entry, [&] {
      const auto runs = static_cast<int>(entry.timer->times_ms().size());
      if (!is_slow(entry.timer->timed_seconds(), runs)) entry.timer->run_timed();
    });
  }

  void time_copy(std::size_t kind) {
    outputs_.spoil();
    copy_ms_[kind].push_back(
        time_ms([&] { copy_.run(kCopies[kind], input_.x.data.bytes(), outputs_.y.data.bytes()); }));
    outputs_.digest();  // leaves the caches as a method's run does
  }

  static void time_device_copy(DeviceCopy& copy) {
    if (!copy.call) return;
    attempt_copy(copy, [&] {
      copy.times_ms.push_back(time_ms([&] { copy.call->run(); }));
      if (const double seconds = copy.call->device_seconds(); seconds >= 0) {
        copy.device_times_ms.push_back(1e3 * seconds);
      }
    });
  }

  void run_under_load() {
    begin(kTimingSteps, kLoadSteps, "repeating under load");
    const BackgroundLoad load(core::available_cores());
    for (int i = 0; i < options_.loaded_repeats; ++i) {
      steps_.at(double(i) / options_.loaded_repeats);
      for (Entry& entry : entries_) {
        attempt(entry, [&] {
          Timer& timer = *entry.timer;
          if (!is_slow(timer.loaded_seconds(), timer.repeatability().loaded_runs))
            timer.run_loaded();
        });
      }
    }
  }

  CopyResult copy_result() const {
    const TimeSummary plain = summarize(copy_ms_[0]);
    const TimeSummary streaming = summarize(copy_ms_[1]);
    const bool better = streaming.median < plain.median;
    const TimeSummary& time = better ? streaming : plain;
    return {.time_ms = time, .streaming = better, .gb_per_s = copied_gb_per_s(time)};
  }

  double copied_gb_per_s(const TimeSummary& time) const {
    return 2.0 * static_cast<double>(input_.x.data.size()) / time.median * 1e-6;
  }

  std::vector<CopyResult> device_copy_results() const {
    std::vector<CopyResult> results;
    for (const DeviceCopy& copy : device_copies_) {
      if (copy.times_ms.empty()) continue;
      const TimeSummary time = summarize(copy.times_ms);
      results.push_back({.device = copy.device,
                         .time_ms = time,
                         .device_ms = summarize(copy.device_times_ms),
                         .gb_per_s = copied_gb_per_s(time)});
    }
    return results;
  }

  /// What needs no clock: other batch sizes, and the distance from the contract.
  void check_methods() {
    begin(kTimingSteps + kLoadSteps, kCheckSteps, "other batch sizes, and the contract");
    steps_.at(0.0);
    Outputs contract = problem_.make_outputs();
    testing::Options integers = options_for(options_, Method::exact, Device{});
    integers.decide_in_integers = true;  // not the path under test: no shared floating-point sum
    problem_.run(integers, contract);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      steps_.at(double(i) / double(entries_.size()));
      attempt(entries_[i], [&] { check(entries_[i], contract); });
    }
  }

  void check(Entry& entry, const Outputs& contract) const {
    if (entry.result.device != "cpu") entry.result.whole_call_ms = entry.timer->time_whole_calls();
    const Outputs& first = entry.timer->first();
    entry.result.batches = try_batches(problem_, entry.timer->options(), first);
    const Difference error =
        difference(first.y.dtype, first.y.data.data(), contract.y.data.data(), first.y.elements());
    entry.result.correctness = {error.histogram, error.max_ulp, error.histogram.share(0)};
  }

  void fill_verdicts(const InputResult& input) {
    double standard_ms = 0.0;
    for (Entry& entry : entries_) {
      if (!entry.timer) continue;
      entry.result.time_ms = summarize(entry.timer->times_ms());
      entry.result.device_ms = summarize(entry.timer->device_times_ms());
      entry.result.repeatability = entry.timer->repeatability();
      if (entry.result.method == Method::standard && entry.result.device == "cpu") {
        standard_ms = entry.result.time_ms.median;
      }
    }
    for (Entry& entry : entries_) {
      if (!entry.timer) continue;
      MethodResult& result = entry.result;
      const double median = result.time_ms.median;
      result.gb_per_s = problem_.bytes() / median * 1e-6;
      result.copy_fraction = result.gb_per_s / copy_on(input, result.device).gb_per_s;
      result.standard_ratio = standard_ms > 0 ? median / standard_ms : 0.0;
      result.tier = tier_for(result.copy_fraction, standard_ms > 0 ? standard_ms / median : 0.0);
      result.recommendation =
          recommendation_for({.deterministic = result.deterministic(),
                              .batch_invariant = result.batch_invariant(),
                              .all_bits_right = result.correctness.correctly_rounded_share == 1.0,
                              .tier = result.tier});
    }
  }

  void begin(int step, int count, std::string_view what) {
    steps_.begin(first_step_ + step, count,
                 fmt::format("{}: {}", input_.label.in(Language::en), what));
  }

  const CompareOptions& options_;
  const CompareInput& input_;
  Problem problem_;
  Outputs outputs_;
  ParallelCopy copy_;
  Steps& steps_;
  int first_step_;
  std::vector<Entry> entries_;
  std::vector<DeviceCopy> device_copies_;
  std::array<std::vector<double>, std::size(kCopies)> copy_ms_;  ///< in the order of kCopies
};

void check_options(const CompareOptions& options) {
  const auto refuse = [](std::string_view what) {
    throw Error(Status::invalid_argument, fmt::format("compare: {}", what));
  };
  if (options.inputs.empty()) refuse("there is no input");
  if (options.repeats < 0 || options.loaded_repeats < 0) refuse("repeats must not be negative");
  if (options.threads < 0) refuse("threads must not be negative");
  for (const CompareInput& input : options.inputs) {
    if (input.x.elements() == 0)
      refuse(fmt::format("input '{}' has no rows", input.label.in(Language::en)));
  }
}

}  // namespace

const CopyResult& copy_on(const InputResult& input, std::string_view device) {
  const auto found = std::ranges::find(input.device_copies, device, &CopyResult::device);
  return found != input.device_copies.end() ? *found : input.copy;
}

// A GPU has its own threads, and `exact` its own way of cutting a row on every device: it is
// measured as its users have it.
testing::Options options_for(const CompareOptions& options, Method method, Device device) {
  return {.operation = options.operation,
          .method = method,
          .device = device,
          .threads = device == Device{} ? resolve_threads(options) : 0,
          .chunk = adds_in_chunks(method) ? options.chunk : 0,
          .gpu = options.gpu};
}

CompareReport run_compare(const CompareOptions& options, Progress& progress) {
  check_options(options);
  const Clock::time_point start = Clock::now();
  CompareReport report{.machine = this_machine(),
                       .devices = devices(),
                       .inputs = {},
                       .operation = options.operation,
                       .eps = options.eps,
                       .weight_mode = options.weight_mode,
                       .residual_mode = options.residual_mode,
                       .chunk = options.chunk,
                       .threads = resolve_threads(options),
                       .command_line = options.command_line};
  const std::vector<DeviceInfo> chosen = choose_devices(report.devices, options.devices);
  const std::vector<CompareInput>& inputs = options.inputs;
  Steps steps(progress, static_cast<int>(inputs.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Comparison comparison(options, chosen, inputs[i], steps, static_cast<int>(i) * kInputSteps);
    report.inputs.push_back(comparison.run());
  }
  report.seconds = seconds_since(start);
  return report;
}

}  // namespace samebits::lab
