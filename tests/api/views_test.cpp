// SPDX-License-Identifier: Apache-2.0
//
// view(): of what the caller has, to what an operation takes.
#include <gtest/gtest.h>

#include <span>
#include <type_traits>
#include <vector>

#include "tests/support.hpp"

namespace samebits::test {

/// A 16-bit type of the caller's own.
struct TheirBFloat16 {
  std::uint16_t bits;
};

}  // namespace samebits::test

template <>
inline constexpr samebits::DType samebits::kDTypeOf<samebits::test::TheirBFloat16> =
    samebits::DType::bfloat16;

namespace samebits::test {
namespace {

/// Shaped as std::mdspan, which this language version lacks.
template <class T>
struct MdspanLike {
  T* data;
  std::size_t extents[2];
  std::size_t strides[2];

  T* data_handle() const { return data; }
  std::size_t extent(std::size_t i) const { return extents[i]; }
  std::size_t stride(std::size_t i) const { return strides[i]; }
};

TEST(Views, OfPointers) {
  float x[6] = {};
  const Matrix m = view(x, 2, 3);
  EXPECT_TRUE(m.data == x && m.dtype == DType::float32 && m.rows == 2 && m.columns == 3 &&
              m.row_stride == 3);
  const ConstMatrix c = view(static_cast<const float*>(x), 2, 2, 3);
  EXPECT_TRUE(c.data == x && c.columns == 2 && c.row_stride == 3);
  static_assert(std::is_same_v<decltype(view(static_cast<const float*>(x), 2, 3)), ConstMatrix>);
  const ConstVector v = view(x, 3);
  EXPECT_TRUE(v.data == x && v.dtype == DType::float32 && v.size == 3);
}

TEST(Views, OfOtherTypes) {
  TheirBFloat16 theirs[4] = {};
  EXPECT_EQ(view(theirs, 2, 2).dtype, DType::bfloat16);
  EXPECT_EQ(view(theirs, 4).dtype, DType::bfloat16);
#if defined(SAMEBITS_HAS_FLOAT16)
  _Float16 half[4] = {};
  EXPECT_EQ(view(half, 2, 2).dtype, DType::float16);
#endif
#if defined(__BFLT16_MANT_DIG__)
  __bf16 brain[4] = {};
  EXPECT_EQ(view(brain, 2, 2).dtype, DType::bfloat16);
#endif
}

TEST(Views, OfSpans) {
  const std::vector<float> weight(5, 1.0f);
  const ConstVector v = view(std::span(weight));
  EXPECT_TRUE(v.data == weight.data() && v.size == 5 && v.dtype == DType::float32);
}

TEST(Views, OfWhatIsLikeMdspan) {
  float x[20] = {};
  const Matrix m = view(MdspanLike<float>{x, {4, 3}, {5, 1}});
  EXPECT_TRUE(m.data == x && m.rows == 4 && m.columns == 3 && m.row_stride == 5);
  const ConstMatrix c = view(MdspanLike<const float>{x, {4, 3}, {5, 1}});
  EXPECT_EQ(c.row_stride, 5);
  EXPECT_EQ(view(MdspanLike<float>{x, {4, 1}, {5, 7}}).columns, 1) << "one column has no next one";
  try {
    view(MdspanLike<float>{x, {3, 4}, {1, 5}});
    ADD_FAILURE() << "columns that are not adjacent were accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::invalid_argument);
    EXPECT_STREQ(error.what(), "view: the columns are 5 elements apart; they must be adjacent");
  }
}

TEST(Views, GiveTheBitsOfTheirElements) {
  lab::Random random(seed());
  Problem p;
  p.x = lab::random_rows(DType::bfloat16, 3, 40, random.next());
  io::Array y = io::make_array(DType::bfloat16, {3, 40});
  rms_norm({.x = view(reinterpret_cast<const TheirBFloat16*>(p.x.data.data()), 3, 40),
            .y = view(reinterpret_cast<TheirBFloat16*>(y.data.data()), 3, 40)});
  EXPECT_EQ(difference(y, run(p).y), "");
}

}  // namespace
}  // namespace samebits::test
