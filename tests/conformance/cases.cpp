// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/cases.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab/names.hpp"
#include "lab/sha256.hpp"
#include "oracle/hard_rows.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

using lab::ConformanceCase;
using lab::Filling;

/// Numbers the cases, so that each has a seed and a name of its own. Leaves out of them what the
/// operation does not have, and then those that are there already.
class List {
 public:
  explicit List(testing::Operation operation) : operation_(operation) {}

  void add(ConformanceCase c, const std::string& what) {
    c.operation = operation_;
    if (leave_out(c) && is_here(c)) return;
    c.seed = 1000 * (cases_.size() + 1);
    const std::string prefix =
        operation_ == testing::Operation{} ? "" : fmt::format("{} ", name_of(operation_));
    c.name = fmt::format("{}{:03} {} {}x{} {}", prefix, cases_.size() + 1, name_of(c.dtype), c.rows,
                         c.columns, what);
    cases_.push_back(std::move(c));
  }
  std::vector<ConformanceCase> take() { return std::move(cases_); }

  /// Of a case what the operation does not have; true if it lacks anything.
  bool leave_out(ConformanceCase& c) const {
    const bool weight = has_weight(operation_), residual = has_residual(operation_);
    if (!weight) {
      c.weight_dtype.reset();
      c.weight_mode = WeightMode::none;
    }
    if (!residual) c.residual_mode.reset();
    return !weight || !residual;
  }

 private:
  bool is_here(const ConformanceCase& c) const {
    return std::ranges::any_of(cases_, [&](const ConformanceCase& other) {
      return other.dtype == c.dtype && other.rows == c.rows && other.columns == c.columns &&
             other.weight_dtype == c.weight_dtype && other.weight_mode == c.weight_mode &&
             other.residual_mode == c.residual_mode && other.eps == c.eps &&
             other.filling == c.filling && other.given == c.given;
    });
  }

  testing::Operation operation_;
  std::vector<ConformanceCase> cases_;
};

/// Every mode with every weight type and residual mode, at a width that fills no vector evenly.
void add_modes(List& list, DType dtype) {
  for (const WeightMode mode : lab::kWeightModes) {
    for (const DType weight : {dtype, DType::float32}) {
      if (mode == WeightMode::none && weight == DType::float32) continue;
      for (const auto residual :
           {std::optional<ResidualMode>{}, std::optional{ResidualMode::rounded},
            std::optional{ResidualMode::unrounded}}) {
        ConformanceCase c{.dtype = dtype,
                          .rows = 3,
                          .columns = 769,
                          .weight_mode = mode,
                          .residual_mode = residual};
        if (mode != WeightMode::none) c.weight_dtype = weight;
        list.leave_out(c);
        list.add(c, fmt::format("{} weight {} residual {}", name_of(c.weight_mode),
                                c.weight_dtype ? name_of(weight) : "none",
                                c.residual_mode ? name_of(*residual) : "none"));
      }
    }
  }
}

void add_shapes(List& list, DType dtype) {
  constexpr std::pair<std::int64_t, std::int64_t> kShapes[] = {{1, 1},     {2, 7},     {5, 64},
                                                               {300, 128}, {1, 2880},  {2, 4096},
                                                               {1, 7168},  {1, 18432}, {1, 262144}};
  for (const auto& [rows, columns] : kShapes) {
    list.add({.dtype = dtype,
              .rows = rows,
              .columns = columns,
              .weight_dtype = dtype,
              .weight_mode = WeightMode::scale},
             "shape");
  }
}

void add_extremes(List& list, DType dtype) {
  for (const double eps : {0.0, 1e-5, 0x1p-100, 0x1p100}) {
    for (const Filling filling : {Filling::encodings, Filling::special}) {
      ConformanceCase c{.dtype = dtype,
                        .rows = 14,
                        .columns = 133,
                        .weight_dtype = DType::float32,
                        .weight_mode = WeightMode::scale,
                        .residual_mode = ResidualMode::unrounded,
                        .eps = eps,
                        .filling = filling};
      list.add(c,
               fmt::format("{} eps {}",
                           filling == Filling::special ? "special values" : "any encoding", eps));
    }
  }
}

void add_hard_rows(List& list, DType dtype) {
  for (const auto side : {oracle::Side::below, oracle::Side::above}) {
    for (const std::int64_t columns : {64, 200}) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const oracle::HardRowSpec spec{.format = format_of(dtype),
                                       .columns = columns,
                                       .seed = seed,
                                       .eps = seed == 3 ? 1e-6 : 0.0,
                                       .side = side};
        list.add({.dtype = dtype,
                  .columns = columns,
                  .weight_dtype = dtype,
                  .weight_mode = WeightMode::scale,
                  .eps = spec.eps,
                  .filling = Filling::given,
                  .given = oracle::hard_row(spec)},
                 fmt::format("hard row {}", side == oracle::Side::below ? "below" : "above"));
      }
    }
  }
}

/// Rows too long for one workgroup of a GPU: some drivers end loops early, without a word, and the
/// more work an element takes, the sooner. After all others, so that those keep their seeds and
/// names.
void add_long_rows(List& list) {
  list.add({.dtype = DType::float32, .rows = 9, .columns = 1400000}, "long rows");
  list.add({.dtype = DType::bfloat16,
            .rows = 1,
            .columns = 2100001,
            .weight_dtype = DType::float32,
            .weight_mode = WeightMode::scale},
           "long row");
  list.add({.dtype = DType::float32,
            .rows = 9,
            .columns = 430001,
            .weight_dtype = DType::float32,
            .weight_mode = WeightMode::scale,
            .residual_mode = ResidualMode::unrounded},
           "long rows residual unrounded");
}

}  // namespace

std::vector<ConformanceCase> conformance_cases(testing::Operation operation) {
  List list(operation);
  for (const DType dtype : lab::kDTypes) {
    add_modes(list, dtype);
    add_shapes(list, dtype);
    add_extremes(list, dtype);
    add_hard_rows(list, dtype);
  }
  // Of the schedule, not of the operation: one of them is enough.
  if (operation == testing::Operation{}) add_long_rows(list);
  return list.take();
}

void add_digests(ConformanceCase& c) {
  auto inputs = lab::expand(c);
  Problem problem{.x = std::move(inputs.x),
                  .weight = std::move(inputs.weight),
                  .residual = std::move(inputs.residual),
                  .options = {}};
  problem.options.operation = c.operation;
  problem.eps = c.eps;
  problem.weight_mode = c.weight_mode;
  problem.residual_mode = c.residual_mode.value_or(ResidualMode::rounded);
  const Answer answer = oracle_answer(problem);
  c.sha256_y = lab::sha256(answer.y.data.bytes());
  if (answer.h) c.sha256_h = lab::sha256(answer.h->data.bytes());
}

}  // namespace samebits::test
