// SPDX-License-Identifier: Apache-2.0
#include "tests/invariance/placed_call.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace samebits::test {
namespace {

// Every element of any format that is made of these bytes is NaN: if it takes part in a sum, the
// whole row shows it.
constexpr std::byte kPoison{0xFF};
constexpr std::byte kCanary{0xA5};
constexpr std::size_t kCacheLine = 64;

/// Memory with one matrix in it, and the bytes around and between its rows.
class Placed {
 public:
  Placed(const io::Array& shape_of, Place place, std::byte fill)
      : dtype_(shape_of.dtype),
        rows_(shape_of.rows()),
        columns_(shape_of.columns()),
        stride_(columns_ + place.gap),
        size_(size_of(dtype_)),
        begin_(kCacheLine + static_cast<std::size_t>(place.offset) * size_),
        memory_(begin_ + static_cast<std::size_t>(rows_ * stride_) * size_ + kCacheLine) {
    std::memset(memory_.data(), static_cast<int>(fill), memory_.size());
    before_ = memory_;
  }

  void fill(const io::Array& rows) {
    for (std::int64_t row = 0; row < rows_; ++row) {
      std::memcpy(at(row), rows.data.data() + static_cast<std::size_t>(row) * row_bytes(),
                  row_bytes());
    }
    before_ = memory_;
  }

  Matrix matrix() { return {at(0), dtype_, rows_, columns_, stride_}; }

  io::Array rows() {
    io::Array dense = io::make_array(dtype_, {rows_, columns_});
    for (std::int64_t row = 0; row < rows_; ++row) {
      std::memcpy(dense.data.data() + static_cast<std::size_t>(row) * row_bytes(), at(row),
                  row_bytes());
    }
    return dense;
  }

  /// Whether everything but the rows, or everything, is as it was.
  bool surroundings_untouched() {
    for (std::int64_t row = 0; row < rows_; ++row) {
      const auto offset = static_cast<std::size_t>(at(row) - memory_.data());
      std::memcpy(before_.data() + offset, at(row), row_bytes());
    }
    return untouched();
  }
  bool untouched() const {
    return std::memcmp(before_.data(), memory_.data(), memory_.size()) == 0;
  }

 private:
  std::byte* at(std::int64_t row) {
    return memory_.data() + begin_ + static_cast<std::size_t>(row * stride_) * size_;
  }
  std::size_t row_bytes() const { return static_cast<std::size_t>(columns_) * size_; }

  DType dtype_;
  std::int64_t rows_, columns_, stride_;
  std::size_t size_, begin_;
  io::AlignedBytes memory_, before_;
};

bool is_any(InPlace value, std::initializer_list<InPlace> of) {
  return std::find(of.begin(), of.end(), value) != of.end();
}

/// The memory of an output: an input's own, or fresh.
Placed& choose(Placed& x, bool on_x, Placed* residual, bool on_residual, Placed& fresh) {
  if (on_x) return x;
  return on_residual && residual != nullptr ? *residual : fresh;
}

void expect_untouched(const char* name, Placed& placed, bool is_output) {
  EXPECT_TRUE(is_output ? placed.surroundings_untouched() : placed.untouched())
      << (is_output ? "written beside " : "written into the input ") << name;
}

}  // namespace

Answer run_placed(const Problem& p, const Layout& layout) {
  using enum InPlace;
  const InPlace how = layout.in_place;
  Placed x(p.x, layout.x, kPoison);
  x.fill(p.x);
  std::optional<Placed> residual, weight;
  if (p.residual) residual.emplace(*p.residual, layout.residual, kPoison).fill(*p.residual);
  if (p.weight) weight.emplace(*p.weight, Place{layout.weight_offset, 0}, kPoison).fill(*p.weight);
  Placed fresh_y(p.x, layout.y, kCanary), fresh_h(p.x, layout.h, kCanary);
  Placed* d = residual ? &*residual : nullptr;
  Placed& y = choose(x, is_any(how, {y_on_x, y_on_x_h_on_residual}), d,
                     is_any(how, {y_on_residual, y_on_residual_h_on_x}), fresh_y);
  Placed& h = choose(x, d != nullptr && is_any(how, {h_on_x, y_on_residual_h_on_x}), d,
                     is_any(how, {h_on_residual, y_on_x_h_on_residual}), fresh_h);

  RmsNorm norm = p.norm();
  norm.x = x.matrix();
  norm.y = y.matrix();
  if (weight) norm.weight = {weight->matrix().data, p.weight->dtype, p.weight->elements()};
  if (residual) {
    norm.residual = residual->matrix();
    norm.residual_output = h.matrix();
  }
  Answer answer;
  testing::Options options = p.options;
  options.stats = &answer.stats;
  testing::run(norm, options);

  const auto is_output = [&](const Placed& placed) {
    return &placed == &y || (residual && &placed == &h);
  };
  expect_untouched("x", x, is_output(x));
  expect_untouched("y", y, true);
  if (weight) expect_untouched("weight", *weight, false);
  if (residual) {
    expect_untouched("residual", *residual, is_output(*residual));
    expect_untouched("h", h, true);
    answer.h = h.rows();
  }
  answer.y = y.rows();
  return answer;
}

}  // namespace samebits::test
