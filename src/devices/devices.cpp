// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <string>

#include "core/float_environment.hpp"
#include "core/named.hpp"
#include "devices/backend.hpp"

namespace samebits {
namespace {

[[noreturn]] void not_understood(std::string_view name) {
  throw Error(Status::unknown_device,
              fmt::format("device '{}' is not understood; expected a name such as 'cpu' or "
                          "'vulkan:0'",
                          name));
}

/// The number after the colon of "vulkan:1"; 0 without one.
int index_in(std::string_view name) {
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) return 0;
  const std::string_view digits = name.substr(colon + 1);
  int index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc{} || end != digits.data() + digits.size() || index < 0) {
    not_understood(name);
  }
  return index;
}

/// What devices() says of a backend that has none.
DeviceInfo absent(const backends::Entry& entry, Status status, const std::string& reason) {
  return {
      .device = {entry.kind}, .name = std::string(entry.name), .status = status, .reason = reason};
}

}  // namespace

Device Device::parse(std::string_view name) {
  const int index = index_in(name);
  const std::string_view kind = name.substr(0, name.find(':'));
  if (const auto entry = core::find_named(backends::registry(), kind)) return {entry->kind, index};
  throw Error(Status::unknown_device, fmt::format("unknown device '{}'; known are {}", name,
                                                  core::names_of(backends::registry())));
}

std::string name_of(Device device) {
  for (const backends::Entry& entry : backends::registry()) {
    if (entry.kind != device.backend) continue;
    // All processors together are one device, which has no number.
    if (device == Device{}) return std::string(entry.name);
    return fmt::format("{}:{}", entry.name, device.index);
  }
  return fmt::format("unknown backend {}", static_cast<int>(device.backend));
}

std::vector<DeviceInfo> devices() {
  const core::FloatEnvironment environment;
  std::vector<DeviceInfo> all;
  for (const backends::Entry& entry : backends::registry()) {
    if (entry.backend == nullptr) {
      all.push_back(absent(entry, Status::not_built, "not built: " + std::string(entry.to_build)));
      continue;
    }
    std::string reason;
    auto found = entry.backend->devices(reason);
    if (found.empty()) all.push_back(absent(entry, Status::no_device, "no device: " + reason));
    all.insert(all.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  }
  return all;
}

}  // namespace samebits
