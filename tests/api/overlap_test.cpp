// SPDX-License-Identifier: Apache-2.0
//
// Which operands may share memory: the same view, or apart; interleaved views count as apart.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "samebits/testing.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kRows = 4, kColumns = 8;

/// A buffer in which every operand of a call is somewhere.
class Overlap : public ::testing::Test {
 protected:
  Overlap() : buffer_(1000, 2.0f) {
    norm_.x = at(0);
    norm_.y = out(100);
    norm_.weight = {&buffer_[900], DType::float32, kColumns};
  }

  Matrix out(std::size_t offset, std::int64_t stride = kColumns, std::int64_t rows = kRows) {
    return {&buffer_[offset], DType::float32, rows, kColumns, stride};
  }
  ConstMatrix at(std::size_t offset, std::int64_t stride = kColumns, std::int64_t rows = kRows) {
    return out(offset, stride, rows);
  }

  void expect_allowed(const char* what) { EXPECT_NO_THROW(rms_norm(norm_)) << what; }
  void expect_refused(const std::string& message) {
    const std::vector<float> before = buffer_;
    try {
      rms_norm(norm_);
      ADD_FAILURE() << "accepted; expected: " << message;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::invalid_argument);
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    }
    EXPECT_EQ(buffer_, before) << "a refused call wrote something";
  }

  std::vector<float> buffer_;
  RmsNorm norm_;
};

TEST_F(Overlap, SameViewIsAllowed) {
  norm_.y = out(0);
  expect_allowed("y on x");
  norm_.residual = at(200);
  norm_.y = out(100);
  norm_.residual_output = out(0);
  expect_allowed("h on x");
  norm_.residual_output = out(200);
  expect_allowed("h on residual");
  norm_.y = out(0);
  expect_allowed("y on x, h on residual");
  norm_.residual_output = {};
  norm_.residual = at(0);
  expect_allowed("y on x and residual, which are one");
}

TEST_F(Overlap, InputsMayOverlapAsTheyLike) {
  norm_.residual = at(3);
  norm_.weight.data = &buffer_[5];
  expect_allowed("inputs on each other");
}

TEST_F(Overlap, NeighboursAreApart) {
  norm_.y = out(kRows * kColumns);
  expect_allowed("y right behind x");
  norm_.x = at(100 + kRows * kColumns);
  norm_.y = out(100);
  expect_allowed("y right before x");
}

TEST_F(Overlap, PartialOverlapOfYAndX) {
  for (const std::size_t offset : {1u, 7u, 8u, 31u}) {
    norm_.y = out(offset);
    expect_refused("y overlaps x; they must be the same view or lie apart");
  }
  norm_.x = at(20);
  norm_.y = out(0);
  expect_refused("y overlaps x; they must be the same view or lie apart");
}

/// In place needs the same stride too.
TEST_F(Overlap, SameBeginningOtherStride) {
  norm_.y = out(0, 2 * kColumns);
  expect_refused("y overlaps x");
  norm_.x = at(0, 9, 1);
  norm_.y = out(0, 11, 1);
  expect_allowed("one row: the stride says nothing");
}

TEST_F(Overlap, OneByte) {
  norm_.y = out(100);
  norm_.x.data = reinterpret_cast<const std::byte*>(&buffer_[100 + kRows * kColumns]) - 1;
  expect_refused("y overlaps x");
}

TEST_F(Overlap, Weight) {
  norm_.weight.data = &buffer_[100];
  expect_refused("y overlaps weight; they must lie apart");
  norm_.weight.data = &buffer_[100 + kRows * kColumns - 1];
  expect_refused("y overlaps weight");
  norm_.weight.data = &buffer_[900];
  norm_.residual = at(200);
  norm_.residual_output = out(898);
  expect_refused("residual_output overlaps weight; they must lie apart");
}

/// The weight may not be y even if the views are the same.
TEST_F(Overlap, WeightOfOneRow) {
  norm_.x = at(0, kColumns, 1);
  norm_.y = out(900, kColumns, 1);
  expect_refused("y overlaps weight; they must lie apart");
}

TEST_F(Overlap, Residual) {
  norm_.residual = at(104);
  expect_refused("y overlaps residual; they must be the same view or lie apart");
  norm_.residual = at(200);
  norm_.residual_output = out(100);
  expect_refused("residual_output overlaps y; they must lie apart");
  norm_.residual_output = out(120);
  expect_refused("residual_output overlaps y; they must lie apart");
  norm_.residual_output = out(4);
  expect_refused("residual_output overlaps x; they must be the same view or lie apart");
  norm_.residual_output = out(201);
  expect_refused("residual_output overlaps residual; they must be the same view or lie apart");
}

/// Queries and keys of one fused buffer: rows of q next to rows of k, `stride` apart.
TEST_F(Overlap, InterleavedViewsAreApart) {
  constexpr std::int64_t kStride = 3 * kColumns;
  norm_.x = at(0, kStride);
  for (const std::size_t offset : {8u, 12u, 16u}) {
    norm_.y = out(offset, kStride);
    expect_allowed("y in the gaps of x");
  }
  norm_.y = out(kColumns + kStride, kStride);
  expect_allowed("y in the gaps of x, a row on");
  norm_.x = at(2 * kColumns, kStride);
  norm_.y = out(0, kStride);
  expect_allowed("y before x");
}

TEST_F(Overlap, InterleavedViewsThatMeet) {
  constexpr std::int64_t kStride = 3 * kColumns;
  norm_.x = at(0, kStride);
  for (const std::size_t offset : {1u, 7u, 17u, 23u, 24u, 25u, 31u}) {
    norm_.y = out(offset, kStride);
    expect_refused("y overlaps x");
  }
  norm_.y = out(8, kStride + 1);  // drifts into x
  expect_refused("y overlaps x");
}

/// What lies in the gaps is not written.
TEST_F(Overlap, InterleavedViewsKeepTheirBits) {
  constexpr std::int64_t kStride = 3 * kColumns;
  norm_.x = at(0, kStride);
  norm_.y = out(kColumns, kStride);
  norm_.weight = {};
  norm_.eps = 0.0;
  rms_norm(norm_);
  for (std::size_t i = 0; i < kRows * kStride; ++i) {
    const bool in_y = i / kColumns % 3 == 1;
    ASSERT_EQ(buffer_[i], in_y ? 1.0f : 2.0f) << i;
  }
}

}  // namespace
}  // namespace samebits::test
