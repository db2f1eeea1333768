// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/gpu_schedule.hpp"
#include "lab/device_speed.hpp"

namespace samebits::cli {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string_view> simd_names() {
  std::vector<std::string_view> names;
  for (const testing::Simd simd : testing::simd_targets()) names.push_back(name_of(simd));
  return names;
}

template <class Values>
Json names(const Values& values) {
  Json list = Json::array();
  for (const auto value : values) list.push_back(name_of(value));
  return list;
}

Json to_json(const DeviceInfo& device, const lab::DeviceSpeed& speed) {
  Json json;
  json["name"] = device.name;
  json["description"] = device.description;
  json["ready"] = device.status == Status::ok;
  json["reason"] = device.reason;
  json["software"] = device.software;
  json["methods"] = device.status == Status::ok ? names(all_methods()) : Json::array();
  json["dtypes"] = names(device.dtypes);
  if (device.status == Status::ok) {
    json["copy_gb_per_s"] = speed.copy_gb_per_s > 0 ? Json(speed.copy_gb_per_s) : Json();
    json["exact_gb_per_s"] = speed.exact_gb_per_s;
    json["exact_small_us"] = speed.exact_small_us;
  }
  return json;
}

void print(const DeviceInfo& device, const lab::DeviceSpeed& speed) {
  if (device.status != Status::ok) {
    fmt::print("{:<10}  {}\n", device.name, device.reason);
    return;
  }
  fmt::print("{:<10}  {}{}\n", device.name, device.description,
             device.software
                 ? " (software driver: runs on the CPU; its times say nothing about a GPU)"
                 : "");
  std::string line = fmt::format("exact 2048x4096 float32 at {:.1f} GB/s", speed.exact_gb_per_s);
  if (speed.copy_gb_per_s > 0) line += fmt::format(", a copy at {:.1f} GB/s", speed.copy_gb_per_s);
  fmt::print("{:<10}  measured now: {}; one row of 4096 in {:.2f} us\n", "", line,
             speed.exact_small_us);
}

}  // namespace

Command add_devices(CLI::App& program) {
  auto* app = program.add_subcommand("devices", "What is built, what is present, how fast it is");
  auto json = std::make_shared<bool>(false);
  app->add_flag("--json", *json, "For scripts");
  app->footer(
      "\nExamples:\n"
      "  samebits devices\n"
      "  samebits devices --json\n"
      "\nThe names are what --device takes; cpu, vulkan and metal are the first device of a kind.");
  return [json] {
    const testing::GpuSchedule gpu = gpu_schedule_from_environment();
    Json list = Json::array();
    for (const auto& device : devices()) {
      const auto speed = device.status == Status::ok ? lab::measure_device(device.device, gpu)
                                                     : lab::DeviceSpeed{};
      if (*json) {
        list.push_back(to_json(device, speed));
      } else {
        print(device, speed);
      }
    }
    if (*json) {
      fmt::print("{}\n", Json{{"schema", "samebits-devices/1"}, {"devices", list}}.dump(2));
    } else {
      fmt::print("\nSIMD targets of the cpu, best first: {}\n", fmt::join(simd_names(), ", "));
    }
    return static_cast<int>(kDone);
  };
}

}  // namespace samebits::cli
