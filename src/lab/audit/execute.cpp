// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/execute.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "lab/problem.hpp"
#include "numeric/formats.hpp"

namespace samebits::lab::audit {
namespace {

enum Role : std::size_t { kX, kWeight, kResidual, kY, kH, kRoles };

bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::memcmp(a.data(), b.data(), a.size()) == 0;
}

/// Copies one row, its columns in another order if there is one.
void copy_row(std::byte* to, const std::byte* from, std::size_t bytes, std::size_t size,
              std::span<const std::int64_t> order, bool back) {
  if (order.empty()) {
    std::memcpy(to, from, bytes);
    return;
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto at = static_cast<std::size_t>(order[i]);
    std::memcpy(to + size * (back ? at : i), from + size * (back ? i : at), size);
  }
}

template <class T>
void add_rows(const std::byte* x, const std::byte* d, std::byte* h, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    T a, b, sum;
    const auto at = static_cast<std::size_t>(i) * sizeof(T);
    std::memcpy(&a, x + at, sizeof(T));
    std::memcpy(&b, d + at, sizeof(T));
    numeric::from_float(numeric::to_float(a) + numeric::to_float(b), &sum);
    std::memcpy(h + at, &sum, sizeof(T));
  }
}

/// C6: h = RN(x + d), the addition that comes first where nothing is fused.
void add_row(DType dtype, const std::byte* x, const std::byte* d, std::byte* h,
             std::int64_t count) {
  switch (dtype) {
    case DType::float32:
      return add_rows<float>(x, d, h, count);
    case DType::float16:
      return add_rows<numeric::Float16>(x, d, h, count);
    case DType::bfloat16:
      return add_rows<numeric::BFloat16>(x, d, h, count);
  }
}

class Execution {
 public:
  Execution(Subject& subject, const Inputs& inputs, const Configuration& configuration)
      : subject_(subject),
        m_(inputs),
        c_(configuration),
        columns_(configuration.columns == 0 ? inputs.columns() : configuration.columns),
        size_(size_of(inputs.dtype())),
        order_(column_permutation(configuration.column_order, columns_)) {}

  Answer run() {
    if (c_.new_process) subject_.restart();
    const auto rows = static_cast<std::int64_t>(c_.rows.size());
    const bool residual = c_.residual != ResidualUse::none;
    Answer answer{.y = io::make_array(m_.dtype(), {rows, columns_}),
                  .h = io::make_array(m_.dtype(), {residual ? rows : 0, columns_}),
                  .environment_after = normalized(c_.environment)};
    answer.other_y.assign(static_cast<std::size_t>(c_.callers - 1), answer.y);
    if (c_.residual == ResidualUse::added_first) add_first(answer.h);
    std::size_t first = 0;
    for (const std::int64_t count : c_.calls) {
      call(first, count, answer);
      first += static_cast<std::size_t>(count);
    }
    std::erase_if(answer.other_y, [&](const io::Array& y) {
      return same_bytes(y.data.bytes(), answer.y.data.bytes());
    });
    return answer;
  }

 private:
  std::size_t row_bytes() const { return static_cast<std::size_t>(columns_) * size_; }
  bool fused() const { return c_.residual == ResidualUse::fused; }
  bool in_place() const { return c_.in_place != InPlace::no; }

  const std::byte* row_of(const io::Array& array, std::size_t i) const {
    return array.data.data() + static_cast<std::size_t>(c_.rows[i]) * m_.row_bytes();
  }

  void add_first(io::Array& h) const {
    for (std::size_t i = 0; i < c_.rows.size(); ++i) {
      add_row(m_.dtype(), row_of(m_.x, i), row_of(m_.residual, i), h.data.data() + i * row_bytes(),
              columns_);
    }
  }

  std::int64_t x_stride() const { return columns_ + c_.x_padding; }
  std::int64_t y_stride() const { return in_place() ? x_stride() : columns_ + c_.y_padding; }
  std::size_t extent(std::int64_t rows, std::int64_t stride) const {
    return static_cast<std::size_t>((rows - 1) * stride + columns_) * size_;
  }

  void place(std::int64_t rows) {
    const bool weight = m_.terms.weight_mode != WeightMode::none;
    const std::size_t x = extent(rows, x_stride());
    const std::size_t y = in_place() ? 0 : extent(rows, y_stride());
    std::array<BlockRequest, kRoles> requests{};
    requests[kX] = {x, c_.x_offset, in_place(), c_.low_end};
    requests[kWeight] = {weight ? row_bytes() : 0, c_.weight_offset, false, c_.low_end};
    requests[kResidual] = {fused() ? x : 0, c_.x_offset, in_place(), c_.low_end};
    requests[kY] = {y, c_.y_offset, true, c_.low_end};
    requests[kH] = {fused() ? y : 0, c_.y_offset, true, c_.low_end};
    std::array<std::size_t, kRoles> sizes{};
    for (std::size_t i = 0; i < kRoles; ++i) sizes[i] = requests[i].bytes;
    arena_ = &subject_.arena(Arena::needed(sizes));
    const auto blocks = arena_->place(requests);
    for (std::size_t i = 0; i < kRoles; ++i) {
      at_[i] = blocks[i].data;
      if (at_[i] != nullptr) std::memset(at_[i], static_cast<int>(kCanary), blocks[i].bytes);
    }
    const bool crossed = c_.in_place == InPlace::crossed;
    if (in_place()) {
      at_[kY] = at_[crossed && fused() ? kResidual : kX];
      at_[kH] = at_[crossed ? kX : kResidual];
    }
  }

  void fill(std::size_t first, std::int64_t rows, const Answer& answer) {
    const std::size_t bytes = row_bytes();
    const auto stride = static_cast<std::size_t>(x_stride()) * size_;
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
      const std::byte* const x = c_.residual == ResidualUse::added_first
                                     ? answer.h.data.data() + (first + i) * bytes
                                     : row_of(m_.x, first + i);
      copy_row(at_[kX] + i * stride, x, bytes, size_, order_, false);
      if (fused()) {
        copy_row(at_[kResidual] + i * stride, row_of(m_.residual, first + i), bytes, size_, order_,
                 false);
      }
    }
    if (at_[kWeight] != nullptr) {
      copy_row(at_[kWeight], m_.weight.data.data(), bytes, size_, order_, false);
    }
  }

  SubjectCall make_call(std::int64_t rows) const {
    SubjectCall call;
    const DType dtype = m_.dtype();
    call.norm.x = {at_[kX], dtype, rows, columns_, x_stride()};
    call.norm.y = {at_[kY], dtype, rows, columns_, y_stride()};
    if (at_[kWeight] != nullptr) call.norm.weight = {at_[kWeight], dtype, columns_};
    if (fused()) {
      call.norm.residual = {at_[kResidual], dtype, rows, columns_, x_stride()};
      call.norm.residual_output = {at_[kH], dtype, rows, columns_, y_stride()};
    }
    call.norm.eps = m_.terms.eps;
    call.norm.weight_mode = m_.terms.weight_mode;
    call.norm.residual_mode = m_.terms.residual_mode;
    call.options = {
        .threads = c_.threads, .chunk = c_.chunk, .decide_in_integers = c_.force_exact_path};
    call.simd = c_.simd;
    call.device = c_.device;
    call.environment = c_.environment;
    call.new_thread = c_.new_thread;
    return call;
  }

  void call(std::size_t first, std::int64_t rows, Answer& answer) {
    place(rows);
    fill(first, rows, answer);
    SubjectCall call = make_call(rows);
    std::vector<io::Array> others(answer.other_y.size());
    for (io::Array& y : others) {
      y = io::make_array(m_.dtype(), {rows, columns_});
      std::ranges::fill(y.data.bytes(), kCanary);
      call.other_outputs.push_back(y.matrix());
    }
    const CallReport report = subject_.run(call);
    if (report.environment_after != normalized(c_.environment)) {
      answer.environment_after = report.environment_after;
    }
    answer.seconds += report.seconds;
    check_margins(rows);
    take(at_[kY], y_stride(), first, rows, answer.y);
    if (fused()) take(at_[kH], y_stride(), first, rows, answer.h);
    for (std::size_t i = 0; i < others.size(); ++i) {
      take(others[i].data.data(), columns_, first, rows, answer.other_y[i]);
    }
  }

  void check_margins(std::int64_t rows) const {
    const bool gaps = gaps_intact(at_[kY], rows) && (!fused() || gaps_intact(at_[kH], rows));
    if (gaps && arena_->margins_intact()) return;
    throw Misbehaviour(Fault::out_of_bounds,
                       gaps ? "wrote outside its operands" : "wrote between the rows of an output");
  }

  bool gaps_intact(const std::byte* block, std::int64_t rows) const {
    const auto stride = static_cast<std::size_t>(y_stride()) * size_;
    for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(rows); ++i) {
      const std::byte* const gap = block + i * stride + row_bytes();
      if (!std::all_of(gap, block + (i + 1) * stride, [](auto b) { return b == kCanary; })) {
        return false;
      }
    }
    return true;
  }

  void take(const std::byte* block, std::int64_t stride, std::size_t first, std::int64_t rows,
            io::Array& to) const {
    const std::size_t bytes = row_bytes();
    const std::size_t step = static_cast<std::size_t>(stride) * size_;
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
      copy_row(to.data.data() + (first + i) * bytes, block + i * step, bytes, size_, order_, true);
    }
  }

  Subject& subject_;
  const Inputs& m_;
  const Configuration& c_;
  std::int64_t columns_;
  std::size_t size_;
  std::vector<std::int64_t> order_;
  Arena* arena_ = nullptr;
  std::array<std::byte*, kRoles> at_{};
};

}  // namespace

Answer execute(Subject& subject, const Inputs& inputs, const Configuration& configuration) {
  return Execution(subject, inputs, configuration).run();
}

std::size_t arena_bytes(std::int64_t rows, std::int64_t columns, DType dtype) {
  const std::size_t matrix =
      static_cast<std::size_t>(rows * (columns + kMostPadding)) * size_of(dtype);
  const std::array<std::size_t, kRoles> sizes = {
      matrix, static_cast<std::size_t>(columns) * size_of(dtype), matrix, matrix, matrix};
  return Arena::needed(sizes);
}

}  // namespace samebits::lab::audit
