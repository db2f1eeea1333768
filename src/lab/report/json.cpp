// SPDX-License-Identifier: Apache-2.0
#include "lab/report/json.hpp"

#include <cmath>

namespace samebits::lab {

Json number_json(double value, const Json& otherwise) {
  return std::isfinite(value) ? Json(value) : otherwise;
}

Json ulp_json(std::uint64_t distance, const Json& nan) {
  return distance == kUlpNan ? nan : Json(distance);
}

Json histogram_json(const UlpHistogram& histogram, const char* bound, const char* count) {
  Json classes = Json::array();
  for (std::size_t i = 0; i < UlpHistogram::kClasses; ++i) {
    const Json up_to = i < UlpHistogram::kUpTo.size()   ? Json(UlpHistogram::kUpTo[i])
                       : i + 1 < UlpHistogram::kClasses ? Json("more")
                                                        : Json("nan");
    classes.push_back({{bound, up_to}, {count, histogram.counts[i]}});
  }
  return classes;
}

Json machine_json(const Machine& machine) {
  return {{"processor", machine.processor},
          {"cores", machine.cores},
          {"simd", machine.simd},
          {"system", machine.system},
          {"compiler", machine.compiler},
          {"samebits", machine.samebits},
          {"contract", machine.contract},
          {"load", machine.load < 0 ? Json() : number_json(machine.load)},
          {"measured_at", machine.measured_at}};
}

std::string json_file(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace samebits::lab
