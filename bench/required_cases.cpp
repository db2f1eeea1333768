// SPDX-License-Identifier: Apache-2.0
//
// The cases with goals. How many bytes each moves, and what follows from that, stands in README.md.
#include <oneapi/tbb/info.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "bench/case.hpp"
#include "bench/copies.hpp"
#include "bench/data.hpp"

namespace samebits::bench {
namespace {

using Kind = Figure::Kind;

std::string dtype_name(DType dtype) {
  return std::string(name_of(dtype));
}

Work call(const std::shared_ptr<Data>& data, const RmsNorm& norm, const testing::Options& options) {
  return [data, norm, options] { testing::run(norm, options); };
}

Work call(const std::shared_ptr<Data>& data, const testing::Options& options) {
  return call(data, data->operands(), options);
}

RmsNorm without_eps(const std::shared_ptr<Data>& data) {
  RmsNorm norm = data->operands();
  norm.eps = 0.0;
  return norm;
}

/// Beyond every cache: an exact norm against copies of the same bytes on the same threads.
Case beyond_cache(DType dtype, int threads, double goal) {
  constexpr std::int64_t kRows = 8192;
  constexpr std::int64_t kColumns = 4096;
  const std::int64_t bytes = 2 * kRows * kColumns * static_cast<std::int64_t>(size_of(dtype));
  Case one;
  one.name = dtype_name(dtype) + " 8192x4096, " + (threads == 1 ? "one core" : "all cores");
  one.clock = threads == 1 ? Clock::thread : Clock::wall;
  const std::vector<std::pair<std::string, CopyKind>> copies = {
      {"memcpy", CopyKind::memcpy},
      {"memcpy by 256 KiB", CopyKind::memcpy_blocks},
      {"streaming copy", CopyKind::streaming}};
  one.subjects = {"exact"};
  one.figures = {{.kind = Kind::gb_per_s, .subject = "exact", .bytes = bytes}};
  for (const auto& [copy, kind] : copies) {
    one.subjects.push_back(copy);
    one.figures.push_back({.subject = "exact", .reference = copy});
    if (kind == CopyKind::memcpy) one.figures.back().goal = goal;
    one.figures.push_back({.kind = Kind::gb_per_s, .subject = copy, .bytes = bytes});
  }
  one.set_up = [dtype, threads, copies]() -> std::vector<Work> {
    const auto data = random_data(dtype, kRows, kColumns);
    std::vector<Work> work = {call(data, {.threads = threads})};
    for (const auto& copy : copies) {
      work.push_back([data, copier = std::make_shared<Copy>(copy.second, threads)] {
        copier->run(data->input(), data->output());
      });
    }
    return work;
  };
  return one;
}

/// In the cache, one core: what exactness costs where memory does not hide it.
Case in_cache(std::int64_t rows, std::int64_t columns, double goal) {
  Case one;
  one.name = "float32 " + std::to_string(rows) + "x" + std::to_string(columns) + ", one core";
  one.clock = Clock::thread;
  one.subjects = {"exact", "standard"};
  one.figures = {{.subject = "exact", .reference = "standard", .goal = goal},
                 {.kind = Kind::nanoseconds, .subject = "exact"},
                 {.kind = Kind::nanoseconds, .subject = "standard"}};
  one.set_up = [rows, columns]() -> std::vector<Work> {
    const auto data = random_data(DType::float32, rows, columns);
    return {call(data, {.threads = 1}), call(data, {.method = Method::standard, .threads = 1})};
  };
  return one;
}

/// One row split over two threads, which must not show in the result.
Case long_row() {
  Case one;
  one.name = "float32 1x4194304";
  one.subjects = {"two threads", "one thread"};
  one.figures = {{.subject = "two threads", .reference = "one thread", .goal = 0.62},
                 {.kind = Kind::nanoseconds, .subject = "two threads"},
                 {.kind = Kind::nanoseconds, .subject = "one thread"}};
  one.set_up = []() -> std::vector<Work> {
    const auto data = random_data(DType::float32, 1, std::int64_t{1} << 22);
    const Work two = call(data, {.threads = 2});
    const Work single = call(data, {.threads = 1});
    two();
    const io::AlignedBytes bits = data->y.data;
    single();
    if (!std::equal(bits.bytes().begin(), bits.bytes().end(), data->output().begin())) {
      throw std::runtime_error("float32 1x4194304: two threads and one gave different bits");
    }
    return {two, single};
  };
  return one;
}

/// Rows that integers must decide, against rows that the first sum decides; 32 of each, one core.
Case hard_rows(DType dtype) {
  constexpr std::int64_t kRows = 32;
  constexpr std::int64_t kColumns = 4096;
  Case one;
  one.name = dtype_name(dtype) + " 32x4096, hard rows";
  one.clock = Clock::thread;
  one.subjects = {"exact path", "ordinary rows"};
  one.figures = {{.subject = "exact path", .reference = "ordinary rows", .goal = 10.0}};
  one.set_up = [dtype]() -> std::vector<Work> {
    const auto hard = hard_data(dtype, kRows, kColumns);
    const auto ordinary = random_data(dtype, kRows, kColumns);
    const auto ambiguous = [](const std::shared_ptr<Data>& data) {
      testing::RunStats stats;
      testing::run(without_eps(data), testing::Options{.threads = 1, .stats = &stats});
      return stats.ambiguous_rows;
    };
    if (ambiguous(hard) != kRows || ambiguous(ordinary) != 0) {
      throw std::runtime_error(dtype_name(dtype) +
                               " hard rows: the rows do not take the paths they are meant for");
    }
    const testing::Options one_thread{.threads = 1};
    return {call(hard, without_eps(hard), one_thread),
            call(ordinary, without_eps(ordinary), one_thread)};
  };
  return one;
}

/// The smallest call that a model makes: checks, dispatch and one short row.
Case small_call() {
  Case one;
  one.name = "float32 1x64";
  one.clock = Clock::thread;
  one.subjects = {"exact", "standard"};
  one.figures = {
      {.kind = Kind::nanoseconds, .subject = "exact", .goal = 100.0, .goal_kind = Goal::near},
      {.kind = Kind::nanoseconds, .subject = "standard"}};
  one.set_up = []() -> std::vector<Work> {
    const auto data = random_data(DType::float32, 1, 64);
    return {call(data, {}), call(data, {.method = Method::standard})};
  };
  return one;
}

}  // namespace

std::vector<Case> required_cases() {
  const int cores = tbb::info::default_concurrency();
  std::vector<Case> cases;
  for (const DType dtype : {DType::float32, DType::bfloat16, DType::float16}) {
    const double goal = dtype == DType::float32 ? 1.0 : 1.15;
    if (cores > 1) cases.push_back(beyond_cache(dtype, cores, goal));
    cases.push_back(beyond_cache(dtype, 1, goal));
  }
  cases.push_back(in_cache(32, 4096, 1.25));
  cases.push_back(in_cache(1, 4096, 1.35));
  if (cores > 1) cases.push_back(long_row());
  for (const DType dtype : {DType::float32, DType::bfloat16, DType::float16}) {
    cases.push_back(hard_rows(dtype));
  }
  cases.push_back(small_call());
  return cases;
}

}  // namespace samebits::bench
