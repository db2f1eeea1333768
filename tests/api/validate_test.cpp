// SPDX-License-Identifier: Apache-2.0
//
// Every argument that is refused, with its status and what the message says; what is allowed beside
// it; and that a refused call has written nothing.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "samebits/testing.hpp"

namespace samebits::test {
namespace {

constexpr std::int64_t kRows = 4, kColumns = 8;
constexpr std::size_t kElements = kRows * kColumns;

/// A call that is right in every respect, for a test to spoil in one.
struct Call {
  std::vector<float> x = std::vector<float>(2 * kElements, 2.0f);
  std::vector<float> residual = x;
  std::vector<float> weight = std::vector<float>(kColumns, 1.0f);
  std::vector<float> y = std::vector<float>(2 * kElements, -7.0f);
  std::vector<float> h = y;
  RmsNorm norm;
  testing::Options options;

  Call() {
    norm.x = view(x.data(), kRows, kColumns);
    norm.weight = view(static_cast<const float*>(weight.data()), kColumns);
    norm.residual = view(residual.data(), kRows, kColumns);
    norm.y = view(y.data(), kRows, kColumns);
    norm.residual_output = view(h.data(), kRows, kColumns);
    norm.eps = 0.0;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// The sizes of every operand at once.
  void resize(std::int64_t rows, std::int64_t columns) {
    for (auto* m : {&norm.x, &norm.residual}) {
      m->rows = rows;
      m->columns = m->row_stride = columns;
    }
    for (auto* m : {&norm.y, &norm.residual_output}) {
      m->rows = rows;
      m->columns = m->row_stride = columns;
    }
    norm.weight.size = columns;
  }
};

struct Refusal {
  const char* name;
  std::function<void(Call&)> spoil;
  const char* message;  ///< a part of it
  Status status = Status::invalid_argument;
};

/// What refuses, and what only says that it would.
using Entry = void (*)(const RmsNorm&, const testing::Options&);

void expect_refused(const Refusal& refusal, Entry entry) {
  Call call;
  refusal.spoil(call);
  const std::vector<float> x = call.x, residual = call.residual, weight = call.weight;
  const std::vector<float> y = call.y, h = call.h;
  try {
    entry(call.norm, call.options);
    ADD_FAILURE() << refusal.name << " was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), refusal.status) << refusal.name;
    const std::string message = error.what();
    EXPECT_TRUE(message.starts_with("rms_norm: ")) << message;
    EXPECT_NE(message.find(refusal.message), std::string::npos) << refusal.name << ": " << message;
  }
  EXPECT_TRUE(call.x == x && call.residual == residual && call.weight == weight && call.y == y &&
              call.h == h)
      << refusal.name << " wrote something";
}

void expect_all_refused(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    expect_refused(refusal, [](const RmsNorm& o, const testing::Options& options) {
      testing::run(o, options);
    });
    expect_refused(refusal, [](const RmsNorm& o, const testing::Options& options) {
      testing::prepare(o, options);
    });
    expect_refused(refusal, [](const RmsNorm& o, const testing::Options& options) {
      const Support support = testing::supports(o, options);
      if (!support) throw Error(support.status, support.reason);
    });
  }
}

TEST(Validate, TheUnspoiledCallIsAccepted) {
  Call call;
  testing::RunStats stats;
  call.options.stats = &stats;
  EXPECT_NO_THROW(testing::run(call.norm, call.options));
  EXPECT_EQ(stats.rows, kRows);
  EXPECT_EQ(call.y[0], 1.0f);
  EXPECT_EQ(call.h[0], 4.0f);
}

TEST(Validate, Shapes) {
  expect_all_refused({
      {"x without columns", [](Call& c) { c.norm.x.columns = 0; },
       "x has shape 4x0 float32; the mean of zero columns is undefined, at least 1 is expected"},
      {"no columns at all", [](Call& c) { c.resize(kRows, 0); }, "zero columns is undefined"},
      {"no columns, no rows", [](Call& c) { c.resize(0, 0); }, "zero columns is undefined"},
      {"negative rows", [](Call& c) { c.norm.x.rows = -1; },
       "x has a negative shape, -1x8 float32"},
      {"negative columns", [](Call& c) { c.norm.x.columns = -8; },
       "x has a negative shape, 4x-8 float32"},
      {"negative y", [](Call& c) { c.norm.y.rows = -4; }, "y has a negative shape"},
      {"2^46 columns", [](Call& c) { c.resize(1, std::int64_t{1} << 46); }, "2^46 or more"},
      {"y of fewer rows", [](Call& c) { c.norm.y.rows = 3; },
       "y is 3x8 float32 but x is 4x8 float32; both must agree"},
      {"y of fewer columns", [](Call& c) { c.norm.y.columns = 7; },
       "y is 4x7 float32 but x is 4x8 float32"},
      {"residual of more rows", [](Call& c) { c.norm.residual.rows = 5; },
       "residual is 5x8 float32 but x is 4x8 float32"},
      {"h of fewer columns", [](Call& c) { c.norm.residual_output.columns = 4; },
       "residual_output is 4x4 float32 but x is 4x8 float32"},
      {"short weight", [](Call& c) { c.norm.weight.size = 7; },
       "weight has 7 elements but x is 4x8 float32; one for each column is expected"},
      {"negative weight", [](Call& c) { c.norm.weight.size = -8; }, "weight has -8 elements"},
  });
}

TEST(Validate, Strides) {
  expect_all_refused({
      {"x", [](Call& c) { c.norm.x.row_stride = 7; },
       "x has a row stride of 7 elements, less than its 8 columns"},
      {"y", [](Call& c) { c.norm.y.row_stride = 0; }, "y has a row stride of 0 elements"},
      {"residual", [](Call& c) { c.norm.residual.row_stride = -8; },
       "residual has a row stride of -8 elements"},
      {"h", [](Call& c) { c.norm.residual_output.row_stride = 1; },
       "residual_output has a row stride of 1 elements"},
  });
}

/// One row has no next one, so its stride says nothing.
TEST(Validate, OneRowNeedsNoStride) {
  Call call;
  call.resize(1, kColumns);
  call.norm.x.row_stride = call.norm.y.row_stride = 0;
  EXPECT_NO_THROW(testing::run(call.norm, call.options));
  EXPECT_EQ(call.y[0], 1.0f);
}

TEST(Validate, DTypes) {
  expect_all_refused({
      {"y", [](Call& c) { c.norm.y.dtype = DType::float16; },
       "y is 4x8 float16 but x is 4x8 float32; both must agree"},
      {"residual", [](Call& c) { c.norm.residual.dtype = DType::bfloat16; },
       "residual is 4x8 bfloat16 but x is 4x8 float32"},
      {"h", [](Call& c) { c.norm.residual_output.dtype = DType::bfloat16; },
       "residual_output is 4x8 bfloat16"},
      {"weight", [](Call& c) { c.norm.weight.dtype = DType::float16; },
       "weight is float16 but x is 4x8 float32; expected float32"},
      {"weight of the other half",
       [](Call& c) {
         c.norm.x.dtype = c.norm.y.dtype = DType::bfloat16;
         c.norm.residual.dtype = c.norm.residual_output.dtype = DType::bfloat16;
         c.norm.weight.dtype = DType::float16;
       },
       "weight is float16 but x is 4x8 bfloat16; expected bfloat16 or float32"},
  });
}

/// Integers that name nothing, as a caller may pass who converts them from elsewhere.
TEST(Validate, EnumeratorsThatDoNotExist) {
  expect_all_refused({
      {"dtype",
       [](Call& c) {
         for (auto* m : {&c.norm.x, &c.norm.residual}) m->dtype = static_cast<DType>(3);
         c.norm.y.dtype = c.norm.residual_output.dtype = static_cast<DType>(3);
       },
       "dtype"},
      {"method", [](Call& c) { c.options.method = static_cast<Method>(5); }, "method"},
      {"weight mode", [](Call& c) { c.norm.weight_mode = static_cast<WeightMode>(4); },
       "weight mode"},
      {"residual mode", [](Call& c) { c.norm.residual_mode = static_cast<ResidualMode>(-1); },
       "residual mode"},
  });
}

TEST(Validate, NullData) {
  expect_all_refused({
      {"x", [](Call& c) { c.norm.x.data = nullptr; },
       "x has shape 4x8 float32 but its data is null"},
      {"y", [](Call& c) { c.norm.y.data = nullptr; },
       "y has shape 4x8 float32 but its data is null"},
      {"nothing given", [](Call& c) { c.norm = {}; }, "x has shape 0x0 float32"},
      {"h without residual", [](Call& c) { c.norm.residual.data = nullptr; },
       "residual_output is given without a residual"},
  });
}

TEST(Validate, Eps) {
  const double eps[] = {-1e-6,
                        -0x1p-1074,
                        std::numeric_limits<double>::quiet_NaN(),
                        std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity(),
                        0x1p-1074,
                        0x1p-1023,
                        0x1.fffffffffffffp-101,
                        0x1.0000000000001p100,
                        1e300};
  for (const double value : eps) {
    expect_all_refused({{"eps", [value](Call& c) { c.norm.eps = value; },
                         "; expected 0 or a value from 2^-100 (7.9e-31) to 2^100 (1.3e30)"}});
  }
  expect_all_refused({{"eps", [](Call& c) { c.norm.eps = -0.5; }, "eps is -0.5; expected"}});
  for (const double value : {0.0, -0.0, 0x1p-100, 1e-6, 0x1p100}) {
    Call call;
    call.norm.eps = value;
    EXPECT_NO_THROW(testing::run(call.norm, call.options)) << value;
  }
}

TEST(Validate, Options) {
  expect_all_refused({
      {"negative threads", [](Call& c) { c.options.threads = -1; },
       "threads is -1; expected 0 (one for each core) to 1024"},
      {"too many threads", [](Call& c) { c.options.threads = 1025; }, "threads is 1025"},
      {"negative chunk", [](Call& c) { c.options.chunk = -1; },
       "chunk is -1; expected a number of columns"},
      {"unknown target", [](Call& c) { c.options.simd = {3}; },
       "SIMD target 3 is not available on this processor; see simd_targets()"},
  });
}

TEST(Validate, AdaptiveWidths) {
  for (const std::int64_t width :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{3}, std::int64_t{1000}, std::int64_t{8192},
        std::numeric_limits<std::int64_t>::min()}) {
    expect_all_refused({
        {"wide",
         [width](Call& c) {
           c.options.method = Method::adaptive;
           c.options.adaptive_wide = width;
         },
         "; expected a power of two from 1 to 4096"},
        {"narrow",
         [width](Call& c) {
           c.options.method = Method::adaptive;
           c.options.adaptive_narrow = width;
         },
         "adaptive_narrow is "},
    });
  }
  for (const std::int64_t width : {1, 2, 4096}) {
    Call call;
    call.options.method = Method::adaptive;
    call.options.adaptive_wide = call.options.adaptive_narrow = width;
    EXPECT_NO_THROW(testing::run(call.norm, call.options)) << width;
  }
}

TEST(Validate, BackendsThatDoNotExist) {
  Refusal refusal{"no such backend", [](Call& c) { c.options.device = {static_cast<Backend>(9)}; },
                  "unknown backend 9", Status::unknown_device};
  expect_all_refused({refusal});
  // Zero rows do not excuse it.
  const auto spoil = refusal.spoil;
  refusal.spoil = [spoil](Call& c) {
    spoil(c);
    c.resize(0, kColumns);
  };
  expect_all_refused({refusal});
}

TEST(DeviceNames, AreReadAndWritten) {
  EXPECT_EQ(Device::parse("cpu"), Device{});
  EXPECT_EQ(Device::parse("cpu:0"), Device{});
  EXPECT_EQ(Device::parse("cpu:1"), (Device{Backend::cpu, 1}));
  EXPECT_EQ(Device::parse("vulkan"), (Device{Backend::vulkan, 0}));
  EXPECT_EQ(Device::parse("metal:12"), (Device{Backend::metal, 12}));
  EXPECT_EQ(name_of(Device{}), "cpu");
  EXPECT_EQ(name_of(Device{Backend::vulkan, 0}), "vulkan:0");
  EXPECT_EQ(name_of(Device{static_cast<Backend>(9)}), "unknown backend 9");
}

TEST(DeviceNames, ThatMeanNothingAreRefused) {
  const std::pair<const char*, const char*> kNames[] = {
      {"gpu", "unknown device 'gpu'; known are cpu, vulkan, metal"},
      {"", "unknown device ''"},
      {"CPU", "unknown device 'CPU'"},
      {":0", "unknown device ':0'"},
      {"cpu:x", "device 'cpu:x' is not understood; expected a name such as"},
      {"cpu:", "device 'cpu:' is not understood"},
      {"cpu:-1", "device 'cpu:-1' is not understood"},
      {"cpu:+0", "device 'cpu:+0' is not understood"},
      {"cpu:0 ", "device 'cpu:0 ' is not understood"},
      {"cpu:0:0", "is not understood"},
      {"cpu:99999999999", "is not understood"},
  };
  for (const auto& [name, message] : kNames) {
    try {
      Device::parse(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::unknown_device);
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    }
  }
}

TEST(SimdNames, AreReadAndWritten) {
  for (const testing::Simd simd : testing::simd_targets()) {
    EXPECT_EQ(testing::Simd::parse(name_of(simd)), simd);
  }
  EXPECT_EQ(name_of(testing::Simd{}), name_of(testing::simd_targets().front()));
  for (const char* name : {"MMX", "scalar", ""}) {
    try {
      testing::Simd::parse(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::invalid_argument);
      EXPECT_EQ(std::string(error.what())
                    .find(std::string("SIMD target '") + name +
                          "' is not available; this build on this "),
                0u)
          << error.what();
    }
  }
}

/// There is one processor; a name that devices() does not list must not run on it silently.
TEST(Validate, SecondCpuDoesNotExist) {
  expect_all_refused(
      {{"cpu:1", [](Call& c) { c.options.device.index = 1; }, "cpu:1", Status::no_device}});
}

/// Of the backends that are not in this build, the message says how to get them.
TEST(Validate, BackendsThatAreNotBuilt) {
  for (const DeviceInfo& info : devices()) {
    if (info.status != Status::not_built) continue;
    const std::string message = "device '" + info.name + "' is not built into this library; ";
    expect_all_refused({{"not built", [&](Call& c) { c.options.device = info.device; },
                         message.c_str(), Status::not_built}});
    EXPECT_TRUE(info.reason.starts_with("not built: ")) << info.reason;
  }
}

TEST(Validate, ZeroRowsAreFine) {
  for (const bool null : {false, true}) {
    for (const Method method : all_methods()) {
      Call call;
      constexpr testing::RunStats kSpoiled{.rows = 9, .integer_rows = 9, .ambiguous_rows = 9};
      testing::RunStats stats = kSpoiled;
      call.resize(0, kColumns);
      call.options.method = method;
      call.options.stats = &stats;
      if (null) {
        call.norm.x.data = call.norm.residual.data = nullptr;
        call.norm.y.data = call.norm.residual_output.data = nullptr;
      }
      const std::vector<float> y = call.y, h = call.h;
      EXPECT_NO_THROW(testing::run(call.norm, call.options));
      EXPECT_TRUE(stats.rows == 0 && stats.integer_rows == 0 && stats.ambiguous_rows == 0);
      stats = kSpoiled;
      EXPECT_NO_THROW(testing::prepare(call.norm, call.options)->run());
      EXPECT_TRUE(stats.rows == 0 && stats.integer_rows == 0 && stats.ambiguous_rows == 0)
          << "of a prepared call";
      EXPECT_TRUE(call.y == y && call.h == h) << "something was written";
    }
  }
}

}  // namespace
}  // namespace samebits::test
