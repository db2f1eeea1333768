// SPDX-License-Identifier: Apache-2.0
#include "bench/table.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "lab/machine.hpp"

namespace samebits::bench {
namespace {

using Cells = std::array<std::string, 6>;

/// What a figure is printed in. JSON keeps the unit that Row names.
struct Scale {
  std::string unit;
  double factor;
};

Scale scale_of(const Row& row) {
  if (row.unit == "ratio") return {"", 1.0};
  if (row.unit == "ns" && row.value >= 1e6) return {"ms", 1e-6};
  if (row.unit == "ns" && row.value >= 1e3) return {"us", 1e-3};
  return {row.unit, 1.0};
}

/// Three significant digits; whole numbers, such as counts, as they are.
std::string number(double value) {
  if (value >= 100.0 || value == std::round(value)) return fmt::format("{:.0f}", value);
  return fmt::format("{:#.3g}", value);
}

std::string with_unit(double value, const Scale& scale) {
  return number(value * scale.factor) + (scale.unit.empty() ? "" : " " + scale.unit);
}

std::string goal_text(const Row& row) {
  if (!row.goal) return "";
  return (row.goal_kind == Goal::near ? "near " : "<= ") + with_unit(*row.goal, scale_of(row));
}

std::string verdict(const Row& row) {
  if (!row.goal) return "";
  return row.met() ? "yes" : "NO";
}

Cells cells_of(const Row& row) {
  const bool spread = row.low != row.high;
  const Scale scale = scale_of(row);
  return {row.name,
          row.figure,
          with_unit(row.value, scale),
          spread ? number(row.low * scale.factor) + " to " + number(row.high * scale.factor) : "",
          goal_text(row),
          verdict(row)};
}

std::string caches() {
  std::string text;
  for (const auto& cache : benchmark::CPUInfo::Get().caches) {
    if (cache.type == "Instruction") continue;
    text += fmt::format("{}L{} {} KiB", text.empty() ? "" : ", ", cache.level, cache.size / 1024);
    if (cache.num_sharing > 1) text += fmt::format(" for {}", cache.num_sharing);
  }
  return text.empty() ? "unknown" : text;
}

}  // namespace

std::string header() {
  const lab::Machine machine = lab::this_machine();
  std::string text;
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("{:<10} {}\n", name, value);
  };
  line("samebits", machine.samebits + ", contract " + machine.contract);
  line("processor",
       fmt::format("{}, {} cores, {}", machine.processor, machine.cores, machine.simd));
  line("caches", caches());
  line("system", machine.system);
  line("compiler", machine.compiler);
  line("flags", SAMEBITS_BENCH_BUILD ": " SAMEBITS_BENCH_FLAGS);
  line("load", machine.load < 0
                   ? "unknown"
                   : fmt::format("{:.2f} on {} cores at the start{}", machine.load, machine.cores,
                                 machine.load > 0.5 ? " (others are at work)" : ""));
  line("time", machine.measured_at);
  return text;
}

std::string table(std::span<const Row> rows) {
  std::vector<Cells> lines = {{"case", "figure", "value", "p10 to p90", "goal", "met?"}};
  for (const Row& row : rows) lines.push_back(cells_of(row));
  std::array<std::size_t, 6> widths{};
  for (const Cells& cells : lines) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  Cells rule;
  for (std::size_t i = 0; i < rule.size(); ++i) rule[i] = std::string(widths[i], '-');
  lines.insert(lines.begin() + 1, rule);
  std::string text;
  for (const Cells& cells : lines) {
    text += '|';
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const bool is_number = i == 2 || i == 3;
      text += is_number ? fmt::format(" {:>{}} |", cells[i], widths[i])
                        : fmt::format(" {:<{}} |", cells[i], widths[i]);
    }
    text += '\n';
  }
  return text;
}

std::string json(std::span<const Row> rows) {
  auto all = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json one;
    one["case"] = row.name;
    one["figure"] = row.figure;
    one["value"] = row.value;
    one["goal"] = row.goal ? nlohmann::ordered_json(*row.goal) : nlohmann::ordered_json(nullptr);
    one["low"] = row.low;
    one["high"] = row.high;
    one["unit"] = row.unit;
    all.push_back(std::move(one));
  }
  return all.dump(2) + "\n";
}

}  // namespace samebits::bench
