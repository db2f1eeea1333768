// SPDX-License-Identifier: Apache-2.0
//
// Ten thousand calls of the C API from sixteen threads at once, shapes and options mixed: every
// answer must be the bits that a quiet, single-threaded call gave. Meant for the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "samebits/samebits.h"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

constexpr int kThreads = 16;
constexpr int kCalls = 10000;

struct Question {
  Problem problem;
  Answer expected;
};

samebits_rms_norm_args args_of(const Problem& p, io::Array& y, io::Array* h) {
  samebits_rms_norm_args o = samebits_rms_norm_init();
  o.eps = p.eps;
  o.weight_mode = static_cast<samebits_weight_mode>(p.weight_mode);
  o.residual_mode = static_cast<samebits_residual_mode>(p.residual_mode);
  o.dtype = static_cast<samebits_dtype>(p.x.dtype);
  o.rows = p.x.rows();
  o.columns = o.x_row_stride = o.y_row_stride = p.x.columns();
  o.x = p.x.data.data();
  o.y = y.data.data();
  if (p.weight) {
    o.weight = p.weight->data.data();
    o.weight_dtype = static_cast<samebits_dtype>(p.weight->dtype);
  }
  if (p.residual) {
    o.residual = p.residual->data.data();
    o.residual_output = h->data.data();
    o.residual_row_stride = o.residual_output_row_stride = p.x.columns();
  }
  return o;
}

bool same_bits(const io::Array& a, const io::Array& b) {
  return std::memcmp(a.data.data(), b.data.data(), a.data.size()) == 0;
}

bool ask(const Question& question, int threads) {
  const Problem& p = question.problem;
  io::Array y = io::make_array(p.x.dtype, p.x.shape);
  io::Array h = io::make_array(p.x.dtype, p.x.shape);
  const samebits_rms_norm_args args = args_of(p, y, &h);
  samebits_where where = samebits_where_init();
  where.threads = threads;
  return samebits_rms_norm(&args, &where) == SAMEBITS_OK && same_bits(y, question.expected.y) &&
         (!question.expected.h || same_bits(h, *question.expected.h));
}

std::vector<Question> questions() {
  lab::Random random(seed());
  std::vector<Question> all;
  for (int i = 0; i < 64; ++i) {
    Problem p = random_problem(random);
    p.options.threads = 1;
    all.push_back({p, run(p)});
  }
  // Two that are large enough to be spread over threads: many rows, and one long row.
  for (const auto& [rows, columns] : {std::pair{600, 512}, {1, 300000}}) {
    Problem p;
    p.x = lab::random_rows(DType::float32, rows, columns, random.next());
    p.options.threads = 1;
    all.push_back({p, run(p)});
  }
  return all;
}

TEST(Soak, SixteenThreadsAtOnce) {
  const std::vector<Question> all = questions();
  std::atomic<int> next = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = next++; i < kCalls; i = next++) {
        // The large ones seldom, so that the run ends.
        const auto large = static_cast<std::size_t>(i % 200 == 0 ? 64 + i / 200 % 2 : i % 64);
        if (!ask(all[large], 1 + (t + i) % 3)) ++wrong;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace samebits::test
