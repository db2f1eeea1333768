// SPDX-License-Identifier: Apache-2.0
#include "cli/gpu_schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace samebits::cli {
namespace {

constexpr const char* kArithmetic = "SAMEBITS_VULKAN_ARITHMETIC";
constexpr const char* kKnobs = "SAMEBITS_VULKAN_KNOBS";

[[noreturn]] void refuse(std::string_view variable, std::string_view word) {
  throw Error(Status::invalid_argument,
              std::string(variable) + " has '" + std::string(word) + "', which is not understood");
}

testing::Arithmetic read_arithmetic() {
  const char* value = std::getenv(kArithmetic);
  if (value == nullptr || *value == '\0') return testing::Arithmetic::automatic;
  const std::string_view text = value;
  if (text == "double") return testing::Arithmetic::in_double;
  if (text == "integer") return testing::Arithmetic::in_integers;
  refuse(kArithmetic, text);
}

std::uint64_t number_after(std::string_view word, std::string_view name) {
  std::uint64_t value = 0;
  const char* begin = word.data() + name.size();
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end) refuse(kKnobs, word);
  return value;
}

void apply(std::string_view word, testing::GpuSchedule& schedule) {
  if (word == "soft") {
    schedule.soft = true;
  } else if (word == "staging") {
    schedule.staging = true;
  } else if (word == "poison") {
    schedule.poison = true;
  } else if (word.starts_with("binding=")) {
    schedule.binding = number_after(word, "binding=");
  } else if (word.starts_with("threads=")) {
    schedule.threads = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(number_after(word, "threads="), UINT32_MAX));
  } else if (word.starts_with("loops=")) {
    schedule.loops =
        static_cast<std::int64_t>(std::min<std::uint64_t>(number_after(word, "loops="), INT64_MAX));
  } else if (!word.empty()) {
    refuse(kKnobs, word);
  }
}

}  // namespace

testing::GpuSchedule gpu_schedule_from_environment() {
  testing::GpuSchedule schedule{.arithmetic = read_arithmetic()};
  const char* value = std::getenv(kKnobs);
  std::string_view rest = value != nullptr ? value : "";
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    apply(rest.substr(0, comma), schedule);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  return schedule;
}

}  // namespace samebits::cli
