// SPDX-License-Identifier: Apache-2.0
//
// Views that no memory can hold: each was once accepted, or read beyond its end, because a product
// of rows, stride and element size had wrapped round.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "samebits/testing.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// What the library says to rows of 4 float32 that are so far apart; "" if it takes them.
std::string refusal(std::int64_t rows, std::int64_t stride, const char* operand) {
  alignas(64) float memory[4][64] = {};
  RmsNorm o{.x = {memory[0], DType::float32, rows, 4, 4},
            .residual = {memory[1], DType::float32, rows, 4, 4},
            .y = {memory[2], DType::float32, rows, 4, 4},
            .residual_output = {memory[3], DType::float32, rows, 4, 4}};
  const std::string name = operand;
  if (name == "x") o.x.row_stride = stride;
  if (name == "residual") o.residual.row_stride = stride;
  if (name == "y") o.y.row_stride = stride;
  if (name == "residual_output") o.residual_output.row_stride = stride;
  try {
    testing::prepare(o);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::invalid_argument);
    return error.what();
  }
  return "";
}

TEST(AddressSpace, ViewsThatWrapRoundAreRefused) {
  struct Far {
    std::int64_t rows, stride;
  };
  for (const auto& [rows, stride] :
       {Far{2, std::int64_t{1} << 62}, Far{3, std::int64_t{1} << 61}, Far{2, kMost},
        Far{2, kMost / 4}, Far{5, std::int64_t{1} << 60}, Far{16, std::int64_t{1} << 58},
        Far{9, kMost / 8}}) {
    for (const char* operand : {"x", "residual", "y", "residual_output"}) {
      const std::string said = refusal(rows, stride, operand);
      EXPECT_TRUE(said.starts_with(std::string("rms_norm: ") + operand + " is " +
                                   std::to_string(rows) + "x4 float32 with a row stride of " +
                                   std::to_string(stride)))
          << operand << ": " << said;
    }
  }
}

TEST(AddressSpace, RowsThatWrapRoundAreRefused) {
  EXPECT_NE(refusal(kMost, 4, "x"), "");
  EXPECT_NE(refusal(std::int64_t{1} << 62, 4, "x"), "");
}

TEST(AddressSpace, AnOnlyRowHasNoStride) {
  EXPECT_EQ(refusal(1, kMost, "x"), "");
  EXPECT_EQ(refusal(1, kMost, "y"), "");
}

TEST(AddressSpace, ARowBeyondTheLastAddressIsRefused) {
  const auto last = reinterpret_cast<const float*>(std::numeric_limits<std::uintptr_t>::max() - 63);
  float y[64] = {};
  try {
    rms_norm({.x = view(last, 1, 64), .y = view(y, 1, 64)});
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("more than memory has addresses for"),
              std::string::npos);
  }
}

TEST(AddressSpace, AWeightBeyondTheLastAddressIsRefused) {
  const auto last = reinterpret_cast<const float*>(std::numeric_limits<std::uintptr_t>::max() - 63);
  const float x[64] = {};
  float y[64] = {};
  EXPECT_THROW(rms_norm({.x = view(x, 1, 64), .weight = view(last, 64), .y = view(y, 1, 64)}),
               Error);
}

}  // namespace
}  // namespace samebits::test
