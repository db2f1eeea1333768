// SPDX-License-Identifier: Apache-2.0
//
// A comparison report made by hand, so that what renderers write can be known beforehand.
#pragma once

#include "lab/compare.hpp"

namespace samebits::lab::test {

inline MethodResult sample_result(Method method, double ms) {
  MethodResult result;
  result.method = method;
  result.device = "cpu";
  result.time_ms = {40, ms, ms, ms * 0.9, ms * 1.2};
  result.gb_per_s = 10.0 / ms;
  result.copy_fraction = 0.8 / ms;
  result.standard_ratio = ms;
  result.repeatability.runs = 100;
  result.repeatability.loaded_runs = 60;
  result.repeatability.distinct_outputs = 1;
  result.batches = {{1, 2, 256}, -1, 4};
  result.correctness.errors.add(0, 90);
  result.correctness.errors.add(2, 10);
  result.correctness.max_ulp_error = 2;
  result.correctness.correctly_rounded_share = 0.9;
  result.tier = Tier::good;
  result.recommendation = Recommendation::recommended;
  return result;
}

/// standard; chunked_parallel, which raced; exact; adaptive on a GPU that does not have it.
inline CompareReport sample_report() {
  InputResult input{.label = "rows <b>&\"'|",
                    .dtype = DType::float32,
                    .rows = 8,
                    .columns = 16,
                    .has_weight = true,
                    .has_residual = true,
                    .copy = {.time_ms = {40, 0.8, 0.8, 0.7, 0.9}, .gb_per_s = 12.0},
                    .device_copies = {},
                    .results = {}};
  input.results.push_back(sample_result(Method::standard, 1.0));
  MethodResult raced = sample_result(Method::chunked_parallel, 2.0);
  raced.repeatability.distinct_outputs = 7;
  raced.repeatability.differing_runs = 50;
  raced.repeatability.differences.add(0, 900);
  raced.repeatability.differences.add(1, 100);
  raced.repeatability.max_abs_diff = 4.77e-07;
  raced.tier = Tier::slow;
  raced.recommendation = Recommendation::not_recommended;
  input.results.push_back(raced);
  MethodResult exact = sample_result(Method::exact, 1.05);
  exact.correctness.errors = {};
  exact.correctness.errors.add(0, 100);
  exact.correctness.max_ulp_error = 0;
  exact.correctness.correctly_rounded_share = 1.0;
  exact.recommendation = Recommendation::strongly_recommended;
  input.results.push_back(exact);
  MethodResult missing = sample_result(Method::adaptive, 1.0);
  missing.device = "vulkan:0";
  missing.missing = Missing::dtype;
  input.results.push_back(missing);

  CompareReport report;
  report.machine = {"A Processor",         2,       "AVX2",  "A System",
                    "A Compiler",          "0.1.0", "rms-1", 0.5,
                    "2025-01-01T00:00:00Z"};
  report.devices = {{.name = "cpu"},
                    {.name = "metal", .status = Status::not_built, .reason = "not built: <no>"}};
  report.inputs.push_back(std::move(input));
  report.eps = 1e-6;
  report.chunk = 64;
  report.threads = 4;
  report.seconds = 12;
  report.command_line = "samebits compare -i 'a<b>.npy'";
  return report;
}

}  // namespace samebits::lab::test
