// SPDX-License-Identifier: Apache-2.0
#include "devices/gpu/knobs.hpp"

#include <bit>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "samebits/samebits.hpp"

namespace samebits::gpu {
namespace {

[[noreturn]] void refuse(std::string_view variable, std::string_view word) {
  throw Error(Status::invalid_argument, "rms_norm: " + std::string(variable) + " has '" +
                                            std::string(word) + "', which is not understood");
}

std::optional<Arithmetic> read_arithmetic() {
  constexpr const char* kName = "SAMEBITS_VULKAN_ARITHMETIC";
  const char* value = std::getenv(kName);
  if (value == nullptr || *value == '\0') return {};
  const std::string_view text = value;
  if (text == "double") return Arithmetic::in_double;
  if (text == "integer") return Arithmetic::in_integers;
  refuse(kName, text);
}

std::uint64_t number_after(std::string_view word, std::string_view name) {
  std::uint64_t value = 0;
  const char* begin = word.data() + name.size();
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end) refuse("SAMEBITS_VULKAN_KNOBS", word);
  return value;
}

void apply(std::string_view word, Knobs& knobs) {
  if (word == "soft") {
    knobs.soft = true;
  } else if (word == "staging") {
    knobs.staging = true;
  } else if (word == "poison") {
    knobs.poison = true;
  } else if (word.starts_with("binding=")) {
    knobs.binding = number_after(word, "binding=");
  } else if (word.starts_with("threads=")) {
    const std::uint64_t threads = number_after(word, "threads=");
    if (threads < 8 || threads > 256 || !std::has_single_bit(threads)) {
      refuse("SAMEBITS_VULKAN_KNOBS", word);
    }
    knobs.threads = static_cast<std::uint32_t>(threads);
  } else if (word.starts_with("loops=")) {
    const std::uint64_t loops = number_after(word, "loops=");
    if (loops < 64 || loops > std::uint64_t{1} << 32) refuse("SAMEBITS_VULKAN_KNOBS", word);
    knobs.loops = static_cast<std::int64_t>(loops);
  } else if (!word.empty()) {
    refuse("SAMEBITS_VULKAN_KNOBS", word);
  }
}

}  // namespace

Knobs read_knobs() {
  Knobs knobs;
  knobs.arithmetic = read_arithmetic();
  const char* value = std::getenv("SAMEBITS_VULKAN_KNOBS");
  std::string_view rest = value != nullptr ? value : "";
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    apply(rest.substr(0, comma), knobs);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  return knobs;
}

}  // namespace samebits::gpu
