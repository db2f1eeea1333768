// SPDX-License-Identifier: Apache-2.0
//
// The generated Metal source, compiled as C++ and run, against the oracle: all bits. What this
// cannot show is what Apple's compiler and processors make of the same text.
#include <gtest/gtest.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include <algorithm>
#include <cstring>

#include "devices/gpu/pack.hpp"
#include "devices/gpu/program.hpp"
#include "devices/gpu/report.hpp"
#include "oracle/hard_rows.hpp"
#include "tests/gpu/metal_shim/fibers.hpp"
#include "tests/gpu/metal_shim/kernels.hpp"
#include "tests/gpu/unusual.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

using gpu::Block;
using gpu::Dispatch;
using gpu::Plan;

std::vector<Kernel> all_kernels() {
  std::vector<Kernel> all;
  for (const auto& kernels : {float32_kernels(), float16_kernels(), bfloat16_kernels()}) {
    all.insert(all.end(), kernels.begin(), kernels.end());
  }
  return all;
}

/// Has float32 operations take subnormals for zeros and give zeros for them, as a GPU may, where
/// the processor knows how.
class Flushing {
 public:
#if defined(__x86_64__)
  explicit Flushing(bool on) : before_(_mm_getcsr()) {
    if (on) _mm_setcsr(before_ | 0x8040u);
  }
  ~Flushing() {
    _mm_setcsr(before_);
  }

 private:
  unsigned before_;
#else
  explicit Flushing(bool) {}
#endif
};

/// A Metal device made of kernels that this test holds; one piece holds all rows.
class ShimDevice {
 public:
  ShimDevice(const Problem& problem, const KernelConstants& constants, bool flushes,
             const testing::GpuSchedule& schedule = {})
      : problem_(problem), constants_(constants), flushes_(flushes), norm_(problem.norm()) {
    answer_.y = io::make_array(problem.x.dtype, problem.x.shape);
    norm_.y = answer_.y.matrix();
    if (problem.residual) {
      answer_.h = io::make_array(problem.x.dtype, problem.x.shape);
      norm_.residual_output = answer_.h->matrix();
    }
    testing::Options options = problem.options;
    options.gpu = schedule;
    plan_ = gpu::make_plan(
        {norm_, options, problem.eps, norm_.x.columns, options.chunk},
        {.binding = 1u << 30, .threads = 64, .software = false, .has_double = false});
  }

  Answer run() {
    upload();
    const gpu::Program program = gpu::program_of(plan_);
    for (const Dispatch& dispatch : program.sequence) run_dispatch(dispatch);
    fetch();
    return answer_;
  }

 private:
  using Words = std::vector<std::uint32_t>;

  Block block() const { return {.rows = plan_.rows, .vectors = plan_.vectors}; }

  Words packed(const ConstMatrix& matrix, const Block& block) const {
    Words words(static_cast<std::size_t>(block.bytes() / 4));
    pack(matrix, block, words.data());
    return words;
  }

  void upload() {
    buffers_[0] = packed(norm_.x, block());
    if (problem_.residual) buffers_[1] = packed(norm_.residual, block());
    if (problem_.weight) {
      const ConstVector& w = norm_.weight;
      buffers_[2] = packed({w.data, w.dtype, 1, w.size, w.size},
                           {.rows = 1, .vectors = plan_.vectors * plan_.weight_factor});
    }
    buffers_[3].assign(buffers_[0].size(), 0xDEADBEEF);
    buffers_[4].assign(buffers_[0].size(), 0xDEADBEEF);
    buffers_[5].assign(plan_.work_words, 0xDEADBEEF);
    std::fill_n(buffers_[5].begin(), plan_.clear_words, 0);
  }

  void fetch() {
    unpack(buffers_[3].data(), block(), norm_.y);
    if (answer_.h) unpack(buffers_[4].data(), block(), norm_.residual_output);
    gpu::Report report;
    std::copy_n(buffers_[5].begin(), report.words.size(), report.words.begin());
    gpu::check_complete(report, plan_, "the shim");
    answer_.stats = {.rows = plan_.rows,
                     .integer_rows = report.integer_rows(),
                     .ambiguous_rows = report.ambiguous_rows()};
  }

  const Kernel& kernel(int stage) const {
    static const std::vector<Kernel> all = all_kernels();
    for (const Kernel& k : all) {
      if (k.stage == stage && std::memcmp(&k.constants, &constants_, sizeof(constants_)) == 0) {
        return k;
      }
    }
    throw std::logic_error("no such kernel was compiled");
  }

  void run_dispatch(const Dispatch& dispatch) {
    const auto& [stage, piece, parameters, groups, rows] = dispatch;
    const Kernel& k = kernel(static_cast<int>(stage));
    KernelBuffers bound{.buffers = {}, .parameters = &parameters};
    for (std::size_t i = 0; i < buffers_.size(); ++i) bound.buffers[i] = buffers_[i].data();
    for (std::uint32_t y = 0; y < rows; ++y) {
      for (std::uint32_t x = 0; x < groups; ++x) {
        const std::uint32_t group[3] = {x, y, 0};
        const Flushing flushing(flushes_);
        run_workgroup(bound.parameters->threads, [&](unsigned t) { k.run(bound, group, t); });
      }
    }
  }

  const Problem& problem_;
  KernelConstants constants_;
  bool flushes_;
  RmsNorm norm_;
  Answer answer_;
  Plan plan_;
  std::array<Words, 6> buffers_;
};

/// A random problem of the kind that these kernels were specialized for.
Problem problem_for(const KernelConstants& c, lab::Random& random) {
  constexpr DType kDTypes[] = {DType::float32, DType::float16, DType::bfloat16};
  constexpr WeightMode kModes[] = {WeightMode::none, WeightMode::scale, WeightMode::cast_first,
                                   WeightMode::one_plus};
  for (;;) {
    Problem p = random_problem(random);
    p.weight_mode = kModes[c.weight];
    if (c.residual != 0) {
      p.residual_mode = c.residual == 1 ? ResidualMode::rounded : ResidualMode::unrounded;
    }
    if (c.weight == 0) p.weight.reset();
    if (p.x.dtype != kDTypes[c.dtype]) continue;
    if (p.weight.has_value() != (c.weight != 0)) continue;
    if (p.weight && (p.weight->dtype == DType::float32) != (c.weight_is_float32 != 0)) continue;
    if (p.residual.has_value() != (c.residual != 0)) continue;
    return p;
  }
}

std::vector<KernelConstants> variants(bool split) {
  std::vector<KernelConstants> found;
  for (const Kernel& k : all_kernels()) {
    if (k.stage == (split ? 1 : 0)) found.push_back(k.constants);
  }
  return found;
}

/// On a device that keeps subnormals and on one that does not.
void expect_oracle(const Problem& problem, const KernelConstants& constants,
                   const testing::GpuSchedule& schedule = {}) {
  for (const bool flushes : {false, true}) {
    const Answer answer = ShimDevice(problem, constants, flushes, schedule).run();
    ASSERT_EQ(difference_from_oracle(problem, answer), "") << "flushes: " << flushes;
  }
}

TEST(MetalShim, RandomProblems) {
  lab::Random random(seed());
  for (const KernelConstants& constants : variants(false)) {
    for (int i = 0; i < 200; ++i) {
      Problem p = problem_for(constants, random);
      p.options.chunk = 0;
      ASSERT_NO_FATAL_FAILURE(expect_oracle(p, constants)) << "problem " << i;
    }
  }
}

TEST(MetalShim, SplitRows) {
  lab::Random random(seed());
  for (const KernelConstants& constants : variants(true)) {
    for (int i = 0; i < 200; ++i) {
      Problem p = problem_for(constants, random);
      p.options.chunk = static_cast<std::int64_t>(8 + random.below(100));
      ASSERT_NO_FATAL_FAILURE(expect_oracle(p, constants)) << "problem " << i;
    }
  }
}

/// Rows cut because a workgroup may not take more of them.
TEST(MetalShim, ShortLoops) {
  const testing::GpuSchedule schedule{.loops = 64};
  lab::Random random(seed());
  for (const KernelConstants& constants : variants(true)) {
    for (int i = 0; i < 50; ++i) {
      Problem p = problem_for(constants, random);
      p.options.chunk = 0;
      ASSERT_NO_FATAL_FAILURE(expect_oracle(p, constants, schedule)) << "problem " << i;
    }
  }
}

TEST(MetalShim, EveryUnusualPair) {
  for (const std::uint32_t addend : kUnusual) {
    Problem p = unusual_problem(addend);
    p.weight_mode = WeightMode::cast_first;
    ASSERT_NO_FATAL_FAILURE(expect_oracle(p, {0, 2, 1, 1, 1}));
    p.weight_mode = WeightMode::one_plus;
    p.residual_mode = ResidualMode::unrounded;
    ASSERT_NO_FATAL_FAILURE(expect_oracle(p, {0, 3, 1, 2, 1}));
  }
}

TEST(MetalShim, TinyRows) {
  lab::Random random(seed());
  for (int i = 0; i < 300; ++i) {
    ASSERT_NO_FATAL_FAILURE(expect_oracle(tiny_problem(random), {0, 1, 1, 0, 0})) << i;
  }
}

TEST(MetalShim, ManySmallElementsBesideALargeOne) {
  lab::Random random(seed());
  for (int i = 0; i < 10; ++i) {
    Problem p = many_small_problem(i % 2 != 0, random);
    p.weight = lab::random_weight(DType::float32, p.x.columns(), random.next());
    for (const std::int64_t chunk : {std::int64_t{0}, p.x.columns()}) {  // split, and whole
      p.options.chunk = chunk;
      ASSERT_NO_FATAL_FAILURE(expect_oracle(p, {0, 1, 1, 0, 0})) << "problem " << i;
    }
  }
}

TEST(MetalShim, HardRows) {
  const KernelConstants scaled{0, 1, 1, 0, 0};
  for (std::uint64_t i = 0; i < 60; ++i) {
    for (const oracle::Side side : {oracle::Side::below, oracle::Side::above}) {
      Problem p;
      p.x = array_of(DType::float32, 1, 500,
                     oracle::hard_row({.columns = 500,
                                       .seed = seed() + i,
                                       .eps = i % 2 == 0 ? 0.0 : 1e-6,
                                       .side = side,
                                       .r_exponent = static_cast<int>(i % 8) - 4}));
      p.eps = i % 2 == 0 ? 0.0 : 1e-6;
      p.weight = lab::random_weight(DType::float32, 500, seed());
      for (const std::int64_t chunk : {0, 40}) {
        p.options.chunk = chunk;
        const Answer answer = ShimDevice(p, scaled, i % 3 == 0).run();
        ASSERT_EQ(difference_from_oracle(p, answer), "");
        ASSERT_EQ(answer.stats.ambiguous_rows, 1);
      }
    }
  }
}

}  // namespace
}  // namespace samebits::test
