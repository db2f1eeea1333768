// SPDX-License-Identifier: Apache-2.0
//
// Operands that end at the last byte of a page, or begin at the first one, beside pages that may
// not be touched: reading one element too many is a crash here, where a canary sees only writes.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "tests/invariance/telling_rows.hpp"

namespace samebits::test {
namespace {

/// Pages with a forbidden one on each side.
class GuardedPages {
 public:
  explicit GuardedPages(std::size_t size)
      : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        inner_((size + page_ - 1) / page_ * page_) {
    void* all = mmap(nullptr, inner_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    all_ = static_cast<std::byte*>(all);
    if (mprotect(all_ + page_, inner_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  }
  ~GuardedPages() { munmap(all_, inner_ + 2 * page_); }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  /// Memory for `size` bytes against the upper or the lower guard.
  std::byte* place(std::size_t size, bool at_end) {
    return all_ + page_ + (at_end ? inner_ - size : 0);
  }

 private:
  std::size_t page_, inner_;
  std::byte* all_ = nullptr;
};

/// One dense array between guards.
class Guarded {
 public:
  Guarded(const io::Array& array, bool at_end)
      : pages_(array.data.size()), data_(pages_.place(array.data.size(), at_end)) {
    std::memcpy(data_, array.data.data(), array.data.size());
  }
  std::byte* data() { return data_; }

 private:
  GuardedPages pages_;
  std::byte* data_;
};

Answer run_between_guards(const Problem& p, bool at_end) {
  Answer answer{.y = p.x, .h = p.residual, .stats = {}};
  Guarded x(p.x, at_end), weight(*p.weight, at_end), residual(*p.residual, at_end);
  Guarded y(p.x, at_end), h(p.x, at_end);
  const std::int64_t rows = p.x.rows();
  const std::int64_t columns = p.x.columns();
  const DType dtype = p.x.dtype;
  testing::run({.x = {x.data(), dtype, rows, columns, columns},
                .weight = {weight.data(), p.weight->dtype, columns},
                .residual = {residual.data(), dtype, rows, columns, columns},
                .y = {y.data(), dtype, rows, columns, columns},
                .residual_output = {h.data(), dtype, rows, columns, columns},
                .eps = p.eps,
                .weight_mode = p.weight_mode,
                .residual_mode = p.residual_mode},
               p.options);
  std::memcpy(answer.y.data.data(), y.data(), answer.y.data.size());
  std::memcpy(answer.h->data.data(), h.data(), answer.h->data.size());
  return answer;
}

TEST(GuardPages, NothingBeyondTheOperandsIsTouched) {
  lab::Random random(seed());
  for (const DType dtype : kAllDTypes) {
    for (std::int64_t columns = 16; columns < 150; ++columns) {
      Problem p = telling_problem({.dtype = dtype, .rows = 2, .columns = columns, .residual = true},
                                  random);
      const Answer expected = run(p);
      for (const auto& target : testing::simd_targets()) {
        p.options.simd = target;
        for (const bool force : {false, true}) {
          p.options.decide_in_integers = force;
          for (const bool at_end : {false, true}) {
            ASSERT_EQ(difference(run_between_guards(p, at_end), expected), "")
                << target << " " << columns << " columns";
          }
        }
      }
    }
  }
}

/// The float32 methods read the same way.
TEST(GuardPages, OtherMethodsStayInsideToo) {
  lab::Random random(seed());
  for (const Method method : all_methods()) {
    for (const DType dtype : kAllDTypes) {
      Problem p =
          telling_problem({.dtype = dtype, .rows = 2, .columns = 77, .residual = true}, random);
      p.options.method = method;
      for (const auto& target : testing::simd_targets()) {
        p.options.simd = target;
        for (const bool at_end : {false, true}) run_between_guards(p, at_end);
      }
    }
  }
}

}  // namespace
}  // namespace samebits::test
