// SPDX-License-Identifier: Apache-2.0
//
// Cases without goals: throughput over the widths in use, every SIMD target, the residual, and the
// peers.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

#include "bench/case.hpp"
#include "bench/data.hpp"
#include "bench/peers.hpp"

namespace samebits::bench {
namespace {

using Kind = Figure::Kind;

/// Input and output together stay in a core's own second-level cache on any recent processor.
constexpr std::int64_t kInCacheBytes = std::int64_t{256} << 10;
/// The input alone is larger than most last-level caches.
constexpr std::int64_t kBeyondCacheBytes = std::int64_t{64} << 20;

Figure throughput(const std::string& subject, std::int64_t bytes) {
  return {.kind = Kind::gb_per_s, .subject = subject, .bytes = bytes};
}

Case widths(DType dtype, std::int64_t columns, bool in_cache) {
  const auto row_bytes = columns * static_cast<std::int64_t>(size_of(dtype));
  const std::int64_t rows = (in_cache ? kInCacheBytes : kBeyondCacheBytes) / row_bytes;
  const int threads = in_cache ? 1 : tbb::info::default_concurrency();
  Case one;
  one.name = std::string(name_of(dtype)) + " width " + std::to_string(columns) +
             (in_cache ? ", in cache, one core" : ", beyond cache, all cores");
  one.clock = in_cache ? Clock::thread : Clock::wall;
  one.subjects = {"exact", "standard"};
  one.figures = {throughput("exact", 2 * rows * row_bytes),
                 {.subject = "exact", .reference = "standard"}};
  one.set_up = [=]() -> std::vector<Work> {
    const auto data = random_data(dtype, rows, columns);
    std::vector<Work> work;
    for (const Method method : {Method::exact, Method::standard}) {
      work.push_back([data, operands = data->operands(), method, threads] {
        testing::run(operands, testing::Options{.method = method, .threads = threads});
      });
    }
    return work;
  };
  return one;
}

Case every_target() {
  constexpr std::int64_t kBytes = std::int64_t{2} * 32 * 4096 * 4;
  Case one;
  one.name = "float32 32x4096, one core, exact on each SIMD target";
  one.clock = Clock::thread;
  const std::span<const testing::Simd> targets = testing::simd_targets();
  for (const testing::Simd target : targets) {
    one.subjects.emplace_back(name_of(target));
    one.figures.push_back(throughput(one.subjects.back(), kBytes));
  }
  one.set_up = [targets]() -> std::vector<Work> {
    const auto data = random_data(DType::float32, 32, 4096);
    std::vector<Work> work;
    work.reserve(targets.size());
    for (const testing::Simd target : targets) {
      work.push_back([data, operands = data->operands(), target] {
        testing::run(operands, testing::Options{.threads = 1, .simd = target});
      });
    }
    return work;
  };
  return one;
}

/// h = x + d and y = norm(h) at once, and one after the other as frameworks without fusion do it.
Case residual(int threads) {
  constexpr std::int64_t kColumns = 4096;
  constexpr std::int64_t kRows = kBeyondCacheBytes / (kColumns * 4);
  constexpr std::int64_t kRowsAtOnce = 16;
  Case one;
  one.name =
      std::string("float32 4096x4096 with residual, ") + (threads == 1 ? "one core" : "all cores");
  one.clock = threads == 1 ? Clock::thread : Clock::wall;
  one.subjects = {"fused", "add, then norm"};
  one.figures = {{.subject = "fused", .reference = "add, then norm"},
                 throughput("fused", 4 * kRows * kColumns * 4)};
  one.set_up = [threads]() -> std::vector<Work> {
    const auto data = random_data(DType::float32, kRows, kColumns);
    const auto other = random_data(DType::float32, kRows, kColumns);  // d in x, h in y
    RmsNorm fused = data->operands();
    fused.residual = std::as_const(other->x).matrix();
    fused.residual_output = other->y.matrix();
    RmsNorm norm = data->operands();
    norm.x = std::as_const(other->y).matrix();
    const auto arena = std::make_shared<tbb::task_arena>(threads);
    const auto add = [data, other, arena, threads] {
      const auto* x = reinterpret_cast<const float*>(data->x.data.data());
      const auto* d = reinterpret_cast<const float*>(other->x.data.data());
      auto* h = reinterpret_cast<float*>(other->y.data.data());
      if (threads == 1) return native_peers().add(x, d, h, kRows * kColumns);
      arena->execute([&] {
        tbb::parallel_for(
            tbb::blocked_range<std::int64_t>(0, kRows, kRowsAtOnce), [&](const auto& range) {
              const std::int64_t at = range.begin() * kColumns;
              native_peers().add(x + at, d + at, h + at, (range.end() - range.begin()) * kColumns);
            });
      });
    };
    return {[data, other, fused, threads] { rms_norm(fused, {.threads = threads}); },
            [add, norm, threads] {
              add();
              rms_norm(norm, {.threads = threads});
            }};
  };
  return one;
}

/// Ours and the loops that a compiler makes, on one core.
Case peers(std::int64_t rows, const std::string& where) {
  constexpr std::int64_t kColumns = 4096;
  struct Peer {
    const char* name;
    Peers::Norm norm;
  };
  const std::vector<Peer> all = {
      {"loop, float accumulator, -O3", baseline_peers().float_sum},
      {"loop, double accumulator as in ggml, -O3", baseline_peers().double_sum},
      {"loop, double accumulator as in ggml, -O3 native", native_peers().double_sum},
      {"loop, reordered by the compiler, -O3 native", native_peers().reordered_sum}};
  Case one;
  one.name = "float32 " + std::to_string(rows) + "x4096, " + where + ", one core, with peers";
  one.clock = Clock::thread;
  one.subjects = {"exact", "standard"};
  for (const Peer& peer : all) one.subjects.emplace_back(peer.name);
  for (const auto& subject : one.subjects) {
    one.figures.push_back(throughput(subject, 2 * rows * kColumns * 4));
  }
  one.set_up = [rows, all]() -> std::vector<Work> {
    const auto data = random_data(DType::float32, rows, kColumns);
    std::vector<Work> work;
    for (const Method method : {Method::exact, Method::standard}) {
      work.push_back([data, operands = data->operands(), method] {
        testing::run(operands, testing::Options{.method = method, .threads = 1});
      });
    }
    for (const Peer& peer : all) {
      work.push_back([data, rows, norm = peer.norm] {
        norm(reinterpret_cast<const float*>(data->x.data.data()),
             reinterpret_cast<const float*>(data->weight.data.data()),
             reinterpret_cast<float*>(data->y.data.data()), rows, kColumns, 1e-6f);
      });
    }
    return work;
  };
  return one;
}

}  // namespace

std::vector<Case> extra_cases() {
  std::vector<Case> cases;
  for (const bool in_cache : {true, false}) {
    for (const DType dtype : {DType::float32, DType::bfloat16, DType::float16}) {
      for (const std::int64_t columns : {64, 128, 2048, 4096, 8192, 16384}) {
        cases.push_back(widths(dtype, columns, in_cache));
      }
    }
  }
  cases.push_back(every_target());
  cases.push_back(residual(1));
  if (tbb::info::default_concurrency() > 1) {
    cases.push_back(residual(tbb::info::default_concurrency()));
  }
  cases.push_back(peers(32, "in cache"));
  cases.push_back(peers(4096, "beyond cache"));
  return cases;
}

}  // namespace samebits::bench
