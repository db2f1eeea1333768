// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "io/array.hpp"
#include "lab/audit/counts.hpp"
#include "lab/audit/disturbance.hpp"
#include "lab/audit/evidence_json.hpp"
#include "lab/problem.hpp"
#include "numeric/formats.hpp"

namespace samebits::lab::audit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A race has so many trials, or so many seconds, to show once more.
constexpr int kRaceTrials = 1000;
constexpr double kRaceSeconds = 2.0;
/// While a counterexample is made smaller, a race has so many calls to show.
constexpr std::int64_t kLeastTries = 10;

/// Rows of both configurations, numbered anew from 0, and the inputs for just those.
Inputs keep_needed_rows(const Inputs& inputs, Counterexample& counterexample) {
  std::map<std::int64_t, std::int64_t> numbers;
  std::vector<std::int64_t> kept;
  for (Configuration* c : {&counterexample.base, &counterexample.varied}) {
    for (std::int64_t& row : c->rows) {
      const auto next = static_cast<std::int64_t>(kept.size());
      const auto [place, fresh] = numbers.try_emplace(row, next);
      if (fresh) kept.push_back(row);
      row = place->second;
    }
  }
  if (counterexample.row >= 0) counterexample.row = numbers.at(counterexample.row);
  return {.x = gather(inputs.x, kept),
          .weight = inputs.weight,
          .residual = gather(inputs.residual, kept),
          .terms = inputs.terms};
}

template <class Element, class Bits>
bool fill_if_different(FirstDifference& first, std::span<const std::byte> a,
                       std::span<const std::byte> b, std::size_t i, Bits infinity) {
  Bits p, q;
  std::memcpy(&p, a.data() + i * sizeof(Bits), sizeof(Bits));
  std::memcpy(&q, b.data() + i * sizeof(Bits), sizeof(Bits));
  if (p == q) return false;
  first.column = static_cast<std::int64_t>(i);
  first.bits_a = p;
  first.bits_b = q;
  first.value_a = static_cast<double>(numeric::to_float(std::bit_cast<Element>(p)));
  first.value_b = static_cast<double>(numeric::to_float(std::bit_cast<Element>(q)));
  first.ulp = ulp_distance(p, q, infinity);
  return true;
}

void find_first(FirstDifference& first, DType dtype, std::span<const std::byte> a,
                std::span<const std::byte> b) {
  const std::size_t count = a.size() / size_of(dtype);
  for (std::size_t i = 0; i < count; ++i) {
    const bool found =
        dtype == DType::float32 ? fill_if_different<float>(first, a, b, i, kInfinityFloat32)
        : dtype == DType::float16
            ? fill_if_different<numeric::Float16>(first, a, b, i, kInfinityFloat16)
            : fill_if_different<numeric::BFloat16>(first, a, b, i, kInfinityBFloat16);
    if (found) return;
  }
}

FirstDifference first_difference(const Counterexample& counterexample, DType dtype) {
  FirstDifference first;
  first.row = counterexample.row;
  first.output = counterexample.in_h ? "residual_output" : "y";
  find_first(first, dtype, counterexample.base_output, counterexample.varied_output);
  return first;
}

/// Both answers compared row by row; what Replay says of them.
void compare(Replay& replay, const Reference& reference, const Configuration& varied,
             const Answer& answer) {
  Cell cell;
  Counts counts(cell);
  counts.add(reference, {"", varied}, answer);
  counts.finish();
  replay.values = cell.values;
  replay.moved_values = cell.moved_values;
  replay.max_ulp_diff = cell.max_ulp_diff;
  if (cell.counterexample) replay.first = first_difference(*cell.counterexample, answer.y.dtype);
}

struct Outcome {
  Replay replay;
  Answer base;
  Answer varied;
};

/// Until the difference shows, or the caller's state is not kept, or `trials` are used up.
Outcome try_counterexample(Subject& subject, const Inputs& inputs,
                           const Counterexample& counterexample, int trials, double seconds) {
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  Reference reference(counterexample.base, execute(subject, inputs, counterexample.base));
  std::unique_ptr<Disturbance> disturbance;
  if (counterexample.varied.under_load) disturbance = std::make_unique<Disturbance>();
  Outcome outcome;
  Replay& replay = outcome.replay;
  while (replay.trials < trials && !replay.reproduced && elapsed() < seconds) {
    ++replay.trials;
    outcome.varied = execute(subject, inputs, counterexample.varied);
    compare(replay, reference, counterexample.varied, outcome.varied);
    const FloatState expected = normalized(counterexample.varied.environment);
    if (outcome.varied.environment_after != expected) {
      replay.state_left =
          fmt::format("{} -> {}", describe(expected), describe(outcome.varied.environment_after));
    }
    if (counterexample.row < 0 && !subject.load_effect().empty())
      replay.state_left = subject.load_effect();
    replay.reproduced = replay.moved_values > 0 || !replay.state_left.empty();
  }
  outcome.base = reference.answer();
  return outcome;
}

Json to_json(const FirstDifference& first, DType dtype) {
  const int digits = dtype == DType::float32 ? 8 : 4;
  const auto number = [](double value) {  // JSON has no NaN and no infinity
    return std::isfinite(value) ? Json(value) : Json(fmt::format("{}", value));
  };
  return {{"output", first.output},
          {"row", first.row},
          {"column", first.column},
          {"base_bits", fmt::format("0x{:0{}X}", first.bits_a, digits)},
          {"varied_bits", fmt::format("0x{:0{}X}", first.bits_b, digits)},
          {"base_value", number(first.value_a)},
          {"varied_value", number(first.value_b)},
          {"ulp", first.ulp == kUlpNan ? Json("nan") : Json(first.ulp)}};
}

std::string folder_name(const Cell& cell) {
  std::string name = fmt::format("{}-{}-{}-{}", cell.subject, cell.device,
                                 samebits::name_of(cell.dtype), name_of(cell.axis));
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_') c = '_';
  }
  return name;
}

/// From `output`. Cells of several shapes, and of subjects of one name, would have the same.
std::string new_folder(const std::string& output, const Cell& cell) {
  const std::string name = "evidence/" + folder_name(cell);
  std::string relative = name;
  for (int i = 2; fs::exists(fs::path(output) / relative); ++i) {
    relative = fmt::format("{}-{}", name, i);
  }
  return relative;
}

Json describe_evidence(const Cell& cell, const Subject& subject, const Inputs& inputs,
                       const Counterexample& counterexample, const Replay& replay,
                       std::uint64_t seed) {
  const Terms& terms = inputs.terms;
  Json json = {{"schema", "samebits-evidence/1"},
               {"samebits", SAMEBITS_VERSION},
               {"subject", cell.subject},
               {"device", cell.device},
               {"plugin", subject.plugin()},
               {"axis", name_of(cell.axis)},
               {"variation", counterexample.label},
               {"dtype", samebits::name_of(cell.dtype)},
               {"columns", inputs.columns()},
               {"audit_rows", cell.rows},
               {"audit_seed", seed},
               {"operation", name_of(terms.operation)},
               {"eps", terms.eps},
               {"weight_mode", samebits::name_of(terms.weight_mode)},
               {"residual_mode", samebits::name_of(terms.residual_mode)},
               {"races", cell.races},
               {"trials_in_audit", cell.first_moved},
               {"row", counterexample.row},
               {"state_left", cell.state_left},
               {"base", to_json(counterexample.base)},
               {"varied", to_json(counterexample.varied)}};
  if (replay.first.row >= 0) json["first_difference"] = to_json(replay.first, cell.dtype);
  return json;
}

/// A race that does not show once more: the row as it came out in the audit.
void use_what_was_seen(Outcome& outcome, const Counterexample& counterexample, DType dtype) {
  const auto columns =
      static_cast<std::int64_t>(counterexample.base_output.size() / size_of(dtype));
  const auto array = [&](const std::vector<std::byte>& bytes) {
    io::Array result = io::make_array(dtype, {1, columns});
    std::ranges::copy(bytes, result.data.data());
    return result;
  };
  outcome.base.y = outcome.base.h = array(counterexample.base_output);
  outcome.varied.y = outcome.varied.h = array(counterexample.varied_output);
  outcome.replay.first = first_difference(counterexample, dtype);
}

void write_arrays(const fs::path& folder, const Inputs& needed,
                  const Counterexample& counterexample, const Outcome& outcome) {
  const bool h = outcome.replay.first.output == "residual_output";
  std::vector<io::NamedArray> arrays = {
      {(folder / "input.npy").string(), &needed.x},
      {(folder / "weight.npy").string(), &needed.weight},
      {(folder / "output_base.npy").string(), h ? &outcome.base.h : &outcome.base.y},
      {(folder / "output_varied.npy").string(), h ? &outcome.varied.h : &outcome.varied.y}};
  const bool residual = counterexample.base.residual != ResidualUse::none ||
                        counterexample.varied.residual != ResidualUse::none;
  if (residual) arrays.push_back({(folder / "residual.npy").string(), &needed.residual});
  io::write_arrays(arrays);
}

}  // namespace

void remove_old_evidence(const std::string& output) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fs::path(output) / "evidence", ignored)) {
    if (fs::exists(entry.path() / "output_base.npy") && fs::exists(entry.path() / "config.json")) {
      fs::remove_all(entry.path(), ignored);
    }
  }
}

std::string write_evidence(const std::string& output, Cell& cell, Witness& witness,
                           std::uint64_t seed) {
  Subject& subject = witness.subject();
  Counterexample counterexample = *cell.counterexample;
  // It may be the first calls of a process that are different.
  if (cell.races && subject.capabilities().new_process) counterexample.base.new_process = true;
  const std::int64_t tries = cell.races ? std::max(kLeastTries, cell.first_moved) : 1;
  counterexample = minimize(witness, counterexample, tries);
  const Inputs needed = keep_needed_rows(witness.inputs(), counterexample);
  Outcome outcome = try_counterexample(subject, needed, counterexample,
                                       cell.races ? kRaceTrials : 1, kRaceSeconds);
  if (!outcome.replay.reproduced && !cell.races) {
    cell.races = true;
    outcome = try_counterexample(subject, needed, counterexample, kRaceTrials, kRaceSeconds);
  }
  if (!outcome.replay.reproduced) {
    if (counterexample.base_output.empty()) return {};
    use_what_was_seen(outcome, counterexample, cell.dtype);
  }
  cell.first_difference = outcome.replay.first;
  std::string relative = new_folder(output, cell);
  const fs::path folder = fs::path(output) / relative;
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    throw Error(Status::invalid_argument,
                fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
  }
  write_arrays(folder, needed, counterexample, outcome);
  const Json json = describe_evidence(cell, subject, needed, counterexample, outcome.replay, seed);
  io::write_file((folder / "config.json").string(), json.dump(1) + "\n");
  return relative;
}

Replay replay(const Evidence& evidence, const std::string& plugin, int trials,
              const std::string& host_program, const testing::GpuSchedule& gpu) {
  const auto subject = subject_of(evidence, plugin, host_program, gpu);
  return try_counterexample(*subject, evidence.inputs, evidence.counterexample,
                            evidence.races ? trials : 1, std::numeric_limits<double>::infinity())
      .replay;
}

}  // namespace samebits::lab::audit
