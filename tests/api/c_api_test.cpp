// SPDX-License-Identifier: Apache-2.0
//
// The C interface, called from C (c_api_test.c): the same bits as C++, and every mistake a status.
#include <gtest/gtest.h>

#include <climits>
#include <cstring>
#include <string>
#include <thread>

#include "tests/api/c_api_test.h"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

Problem random_float32(lab::Random& random) {
  Problem p;
  p.x = lab::random_rows(DType::float32, 5, 77, random.next());
  p.weight = lab::random_weight(DType::float32, 77, random.next());
  p.residual = lab::random_rows(DType::float32, 5, 77, random.next());
  return p;
}

float* floats(io::Array& array) {
  return reinterpret_cast<float*>(array.data.data());
}

TEST(CApi, Versions) {
  EXPECT_STREQ(samebits_version(), SAMEBITS_VERSION);
  EXPECT_STREQ(samebits_contract_version(), kContractVersion);
}

TEST(CApi, EnumeratorsAreThoseOfCpp) {
  EXPECT_EQ(SAMEBITS_INTERNAL, static_cast<int>(Status::internal));
  EXPECT_EQ(SAMEBITS_DEVICE_FAILED, static_cast<int>(Status::device_failed));
  EXPECT_EQ(SAMEBITS_OUT_OF_MEMORY, static_cast<int>(Status::out_of_memory));
  EXPECT_EQ(SAMEBITS_UNSUPPORTED, static_cast<int>(Status::unsupported));
  EXPECT_EQ(SAMEBITS_NO_DEVICE, static_cast<int>(Status::no_device));
  EXPECT_EQ(SAMEBITS_NOT_BUILT, static_cast<int>(Status::not_built));
  EXPECT_EQ(SAMEBITS_UNKNOWN_DEVICE, static_cast<int>(Status::unknown_device));
  EXPECT_EQ(SAMEBITS_INVALID_ARGUMENT, static_cast<int>(Status::invalid_argument));
  EXPECT_EQ(SAMEBITS_FLOAT16, static_cast<int>(DType::float16));
  EXPECT_EQ(SAMEBITS_BFLOAT16, static_cast<int>(DType::bfloat16));
  EXPECT_EQ(SAMEBITS_WEIGHT_NONE, static_cast<int>(WeightMode::none));
  EXPECT_EQ(SAMEBITS_WEIGHT_SCALE, static_cast<int>(WeightMode::scale));
  EXPECT_EQ(SAMEBITS_WEIGHT_CAST_FIRST, static_cast<int>(WeightMode::cast_first));
  EXPECT_EQ(SAMEBITS_WEIGHT_ONE_PLUS, static_cast<int>(WeightMode::one_plus));
  EXPECT_EQ(SAMEBITS_RESIDUAL_UNROUNDED, static_cast<int>(ResidualMode::unrounded));
}

TEST(CApi, DefaultsAreThoseOfCpp) {
  const samebits_rms_norm_args c = samebits_rms_norm_init();
  const RmsNorm cpp;
  EXPECT_EQ(c.size, sizeof(c));
  EXPECT_EQ(c.eps, cpp.eps);
  EXPECT_EQ(static_cast<int>(c.weight_mode), static_cast<int>(cpp.weight_mode));
  EXPECT_EQ(static_cast<int>(c.residual_mode), static_cast<int>(cpp.residual_mode));
  const samebits_where where = samebits_where_init();
  EXPECT_EQ(where.size, sizeof(where));
  EXPECT_EQ(where.device, nullptr);
  EXPECT_EQ(where.threads, Where{}.threads);
}

TEST(CApi, SameBitsAsCpp) {
  lab::Random random(seed());
  for (int i = 0; i < 200; ++i) {
    Problem p = random_float32(random);
    samebits_rms_norm_args attributes = samebits_rms_norm_init();
    samebits_where where = samebits_where_init();
    const auto weight_mode = static_cast<int>(random.below(4));
    const auto residual_mode = static_cast<int>(random.below(2));
    p.weight_mode = static_cast<WeightMode>(weight_mode);
    attributes.weight_mode = static_cast<samebits_weight_mode>(weight_mode);
    p.residual_mode = static_cast<ResidualMode>(residual_mode);
    attributes.residual_mode = static_cast<samebits_residual_mode>(residual_mode);
    p.eps = attributes.eps = 1e-5;
    where.threads = static_cast<int>(random.below(3));
    where.device = i % 2 == 0 ? "cpu" : nullptr;
    const Answer expected = run(p);
    io::Array y = io::make_array(DType::float32, p.x.shape), h = y;
    ASSERT_EQ(c_norm_float32(5, 77, floats(p.x), floats(*p.weight), floats(*p.residual), floats(y),
                             floats(h), &attributes, &where),
              SAMEBITS_OK)
        << samebits_last_error();
    ASSERT_EQ(difference(y, expected.y), "");
    ASSERT_EQ(difference(h, *expected.h), "");
  }
}

TEST(CApi, AbsentOperandsAndWhere) {
  lab::Random random(seed());
  Problem p = random_float32(random);
  p.weight.reset();
  p.residual.reset();
  io::Array y = io::make_array(DType::float32, p.x.shape);
  ASSERT_EQ(
      c_norm_float32(5, 77, floats(p.x), nullptr, nullptr, floats(y), nullptr, nullptr, nullptr),
      SAMEBITS_OK);
  EXPECT_EQ(difference(y, run(p).y), "");
  EXPECT_EQ(c_norm_float32(0, 77, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr),
            SAMEBITS_OK);
}

TEST(CApi, SixteenBitFormats) {
  lab::Random random(seed());
  for (const DType dtype : {DType::float16, DType::bfloat16}) {
    Problem p;
    p.x = lab::random_rows(dtype, 3, 50, random.next());
    p.weight = lab::random_weight(dtype, 50, random.next());
    io::Array y = io::make_array(dtype, p.x.shape);
    ASSERT_EQ(c_norm_16bit(static_cast<samebits_dtype>(dtype), 3, 50,
                           reinterpret_cast<const std::uint16_t*>(p.x.data.data()),
                           reinterpret_cast<const std::uint16_t*>(p.weight->data.data()),
                           reinterpret_cast<std::uint16_t*>(y.data.data())),
              SAMEBITS_OK);
    EXPECT_EQ(difference(y, run(p).y), "");
  }
}

TEST(CApi, EveryMistakeIsAStatusAndALine) {
  const struct {
    c_mistake mistake;
    int value;
    samebits_status status;
    const char* message;
  } kCases[] = {
      {C_BAD_DTYPE, 3, SAMEBITS_INVALID_ARGUMENT, "rms_norm: unknown dtype 3"},
      {C_BAD_DTYPE, -1, SAMEBITS_INVALID_ARGUMENT, "rms_norm: unknown dtype -1"},
      {C_BAD_DTYPE, INT_MAX, SAMEBITS_INVALID_ARGUMENT, "rms_norm: unknown dtype 2147483647"},
      {C_BAD_WEIGHT_DTYPE, 99, SAMEBITS_INVALID_ARGUMENT, "rms_norm: unknown weight dtype 99"},
      {C_BAD_WEIGHT_MODE, 4, SAMEBITS_INVALID_ARGUMENT, "rms_norm: unknown weight mode 4"},
      {C_BAD_RESIDUAL_MODE, 2, SAMEBITS_INVALID_ARGUMENT, "rms_norm: unknown residual mode 2"},
      {C_NULL_ARGS, 0, SAMEBITS_INVALID_ARGUMENT, "rms_norm: args is NULL"},
      {C_NULL_X, 0, SAMEBITS_INVALID_ARGUMENT,
       "rms_norm: x has shape 1x4 float32 but its data is null"},
      {C_NULL_Y, 0, SAMEBITS_INVALID_ARGUMENT,
       "rms_norm: y has shape 1x4 float32 but its data is null"},
      {C_BAD_DEVICE, 0, SAMEBITS_UNKNOWN_DEVICE,
       "rms_norm: unknown device 'gpu'; known are cpu, vulkan, metal"},
      {C_BAD_THREADS, -1, SAMEBITS_INVALID_ARGUMENT, "rms_norm: threads is -1; expected 0"},
      {C_BAD_ARGS_SIZE, 0, SAMEBITS_INVALID_ARGUMENT, "rms_norm: args.size is 0 but this"},
      {C_BAD_ARGS_SIZE, 8, SAMEBITS_INVALID_ARGUMENT, "rms_norm: args.size is 8 but this"},
      {C_ZEROED_WHERE, 0, SAMEBITS_INVALID_ARGUMENT, "rms_norm: where.size is 0 but this"},
      {C_BAD_EPS, 0, SAMEBITS_INVALID_ARGUMENT, "rms_norm: eps is -1; expected 0 or a value from"},
  };
  for (const auto& c : kCases) {
    for (const int only_ask : {0, 1}) {
      EXPECT_EQ(c_norm_with_mistake(c.mistake, c.value, only_ask), c.status) << c.message;
      EXPECT_TRUE(std::string(samebits_last_error()).starts_with(c.message))
          << samebits_last_error();
    }
  }
}

/// A struct filled with zeros was once the plain method without a weight.
TEST(CApi, ZeroesAskForTheContract) {
  EXPECT_EQ(static_cast<WeightMode>(0), WeightMode::scale);
  EXPECT_EQ(static_cast<ResidualMode>(0), ResidualMode::rounded);
  EXPECT_EQ(static_cast<DType>(0), DType::float32);
  const float x[] = {1.0f, -2.0f, 3.0f, 0.1f}, w[] = {1.0f, 0.5f, 3.0f, 7.0f};
  float zeroed[] = {9.0f, 9.0f, 9.0f, 9.0f}, meant[] = {8.0f, 8.0f, 8.0f, 8.0f};
  samebits_rms_norm_args args{};
  args.size = sizeof(args);
  EXPECT_EQ(c_norm_float32(1, 4, x, w, nullptr, zeroed, nullptr, &args, nullptr), SAMEBITS_OK);
  args = samebits_rms_norm_init();
  args.eps = 0.0;
  EXPECT_EQ(c_norm_float32(1, 4, x, w, nullptr, meant, nullptr, &args, nullptr), SAMEBITS_OK);
  EXPECT_EQ(std::memcmp(zeroed, meant, sizeof(meant)), 0);
}

/// A message longer than the buffer that keeps it is cut, not overrun.
TEST(CApi, LongMessagesAreCut) {
  const std::string device(5000, 'g');
  samebits_where where = samebits_where_init();
  where.device = device.c_str();
  const float x = 1.0f;
  float y = 0.0f;
  EXPECT_EQ(c_norm_float32(1, 1, &x, nullptr, nullptr, &y, nullptr, nullptr, &where),
            SAMEBITS_UNKNOWN_DEVICE);
  EXPECT_GT(std::strlen(samebits_last_error()), 100u);
  EXPECT_LT(std::strlen(samebits_last_error()), 5000u);
}

TEST(CApi, SuccessKeepsTheLastMessage) {
  c_norm_with_mistake(C_BAD_WEIGHT_MODE, 7, 0);
  const float x = 1.0f;
  float y = 0.0f;
  EXPECT_EQ(c_norm_float32(1, 1, &x, nullptr, nullptr, &y, nullptr, nullptr, nullptr), SAMEBITS_OK);
  EXPECT_STREQ(samebits_last_error(), "rms_norm: unknown weight mode 7");
}

TEST(CApi, MessagesBelongToTheirThread) {
  c_norm_with_mistake(C_BAD_WEIGHT_MODE, 8, 0);
  std::string fresh = "not asked", other;
  std::thread thread([&] {
    fresh = samebits_last_error();
    c_norm_with_mistake(C_BAD_DTYPE, 9, 0);
    other = samebits_last_error();
  });
  thread.join();
  EXPECT_EQ(fresh, "");
  EXPECT_EQ(other, "rms_norm: unknown dtype 9");
  EXPECT_STREQ(samebits_last_error(), "rms_norm: unknown weight mode 8");
}

}  // namespace
}  // namespace samebits::test
