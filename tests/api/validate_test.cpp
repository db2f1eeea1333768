// SPDX-License-Identifier: Apache-2.0
//
// Every argument that is refused, with its status and what the message says; what is allowed beside
// it; and that a refused call has written nothing.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "samebits/samebits.hpp"

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
  Operands operands;
  Options options;

  Call() {
    operands.x = as_const(view(x.data(), kRows, kColumns));
    operands.weight = view(static_cast<const float*>(weight.data()), kColumns);
    operands.residual = as_const(view(residual.data(), kRows, kColumns));
    operands.y = view(y.data(), kRows, kColumns);
    operands.residual_output = view(h.data(), kRows, kColumns);
    options.eps = 0.0;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// The sizes of every operand at once.
  void resize(std::int64_t rows, std::int64_t columns) {
    for (auto* m : {&operands.x, &operands.residual}) {
      m->rows = rows;
      m->columns = m->row_stride = columns;
    }
    for (auto* m : {&operands.y, &operands.residual_output}) {
      m->rows = rows;
      m->columns = m->row_stride = columns;
    }
    operands.weight.size = columns;
  }
};

struct Refusal {
  const char* name;
  std::function<void(Call&)> spoil;
  const char* message;  ///< a part of it
  Status status = Status::invalid_argument;
};

using Entry = void (*)(const Operands&, const Options&);

void expect_refused(const Refusal& refusal, Entry entry) {
  Call call;
  refusal.spoil(call);
  const std::vector<float> x = call.x, residual = call.residual, weight = call.weight;
  const std::vector<float> y = call.y, h = call.h;
  try {
    entry(call.operands, call.options);
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
    expect_refused(refusal,
                   [](const Operands& o, const Options& options) { rms_norm(o, options); });
    expect_refused(refusal, [](const Operands& o, const Options& options) { prepare(o, options); });
  }
}

TEST(Validate, TheUnspoiledCallIsAccepted) {
  Call call;
  RunStats stats;
  call.options.stats = &stats;
  EXPECT_NO_THROW(rms_norm(call.operands, call.options));
  EXPECT_EQ(stats.rows, kRows);
  EXPECT_EQ(call.y[0], 1.0f);
  EXPECT_EQ(call.h[0], 4.0f);
}

TEST(Validate, Shapes) {
  expect_all_refused({
      {"x without columns", [](Call& c) { c.operands.x.columns = 0; },
       "x has shape 4x0 float32; the mean of zero columns is undefined, at least 1 is expected"},
      {"no columns at all", [](Call& c) { c.resize(kRows, 0); }, "zero columns is undefined"},
      {"no columns, no rows", [](Call& c) { c.resize(0, 0); }, "zero columns is undefined"},
      {"negative rows", [](Call& c) { c.operands.x.rows = -1; },
       "x has a negative shape, -1x8 float32"},
      {"negative columns", [](Call& c) { c.operands.x.columns = -8; },
       "x has a negative shape, 4x-8 float32"},
      {"negative y", [](Call& c) { c.operands.y.rows = -4; }, "y has a negative shape"},
      {"2^46 columns", [](Call& c) { c.resize(1, std::int64_t{1} << 46); }, "2^46 or more"},
      {"y of fewer rows", [](Call& c) { c.operands.y.rows = 3; },
       "y is 3x8 float32 but x is 4x8 float32; both must agree"},
      {"y of fewer columns", [](Call& c) { c.operands.y.columns = 7; },
       "y is 4x7 float32 but x is 4x8 float32"},
      {"residual of more rows", [](Call& c) { c.operands.residual.rows = 5; },
       "residual is 5x8 float32 but x is 4x8 float32"},
      {"h of fewer columns", [](Call& c) { c.operands.residual_output.columns = 4; },
       "residual_output is 4x4 float32 but x is 4x8 float32"},
      {"short weight", [](Call& c) { c.operands.weight.size = 7; },
       "weight has 7 elements but x is 4x8 float32; one for each column is expected"},
      {"negative weight", [](Call& c) { c.operands.weight.size = -8; }, "weight has -8 elements"},
  });
}

TEST(Validate, Strides) {
  expect_all_refused({
      {"x", [](Call& c) { c.operands.x.row_stride = 7; },
       "x has a row stride of 7 elements, less than its 8 columns"},
      {"y", [](Call& c) { c.operands.y.row_stride = 0; }, "y has a row stride of 0 elements"},
      {"residual", [](Call& c) { c.operands.residual.row_stride = -8; },
       "residual has a row stride of -8 elements"},
      {"h", [](Call& c) { c.operands.residual_output.row_stride = 1; },
       "residual_output has a row stride of 1 elements"},
  });
}

/// One row has no next one, so its stride says nothing.
TEST(Validate, OneRowNeedsNoStride) {
  Call call;
  call.resize(1, kColumns);
  call.operands.x.row_stride = call.operands.y.row_stride = 0;
  EXPECT_NO_THROW(rms_norm(call.operands, call.options));
  EXPECT_EQ(call.y[0], 1.0f);
}

TEST(Validate, DTypes) {
  expect_all_refused({
      {"y", [](Call& c) { c.operands.y.dtype = DType::float16; },
       "y is 4x8 float16 but x is 4x8 float32; both must agree"},
      {"residual", [](Call& c) { c.operands.residual.dtype = DType::bfloat16; },
       "residual is 4x8 bfloat16 but x is 4x8 float32"},
      {"h", [](Call& c) { c.operands.residual_output.dtype = DType::bfloat16; },
       "residual_output is 4x8 bfloat16"},
      {"weight", [](Call& c) { c.operands.weight.dtype = DType::float16; },
       "weight is float16 but x is 4x8 float32; expected float32"},
      {"weight of the other half",
       [](Call& c) {
         c.operands.x.dtype = c.operands.y.dtype = DType::bfloat16;
         c.operands.residual.dtype = c.operands.residual_output.dtype = DType::bfloat16;
         c.operands.weight.dtype = DType::float16;
       },
       "weight is float16 but x is 4x8 bfloat16; expected bfloat16 or float32"},
  });
}

/// Integers that name nothing, as a caller may pass who converts them from elsewhere.
TEST(Validate, EnumeratorsThatDoNotExist) {
  expect_all_refused({
      {"dtype",
       [](Call& c) {
         for (auto* m : {&c.operands.x, &c.operands.residual}) m->dtype = static_cast<DType>(3);
         c.operands.y.dtype = c.operands.residual_output.dtype = static_cast<DType>(3);
       },
       "dtype"},
      {"method", [](Call& c) { c.options.method = static_cast<Method>(5); }, "method"},
      {"weight mode", [](Call& c) { c.options.weight_mode = static_cast<WeightMode>(4); },
       "weight mode"},
      {"residual mode", [](Call& c) { c.options.residual_mode = static_cast<ResidualMode>(-1); },
       "residual mode"},
  });
}

TEST(Validate, NullData) {
  expect_all_refused({
      {"x", [](Call& c) { c.operands.x.data = nullptr; },
       "x has shape 4x8 float32 but its data is null"},
      {"y", [](Call& c) { c.operands.y.data = nullptr; },
       "y has shape 4x8 float32 but its data is null"},
      {"nothing given", [](Call& c) { c.operands = {}; }, "x has shape 0x0 float32"},
      {"h without residual", [](Call& c) { c.operands.residual.data = nullptr; },
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
    expect_all_refused({{"eps", [value](Call& c) { c.options.eps = value; },
                         "; expected 0 or a value from 2^-100 (7.9e-31) to 2^100 (1.3e30)"}});
  }
  expect_all_refused({{"eps", [](Call& c) { c.options.eps = -0.5; }, "eps is -0.5; expected"}});
  for (const double value : {0.0, -0.0, 0x1p-100, 1e-6, 0x1p100}) {
    Call call;
    call.options.eps = value;
    EXPECT_NO_THROW(rms_norm(call.operands, call.options)) << value;
  }
}

TEST(Validate, Options) {
  expect_all_refused({
      {"negative threads", [](Call& c) { c.options.threads = -1; },
       "threads is -1; expected 0 (one for each core) to 1024"},
      {"too many threads", [](Call& c) { c.options.threads = 1025; }, "threads is 1025"},
      {"negative chunk", [](Call& c) { c.options.chunk = -1; },
       "chunk is -1; expected a number of columns"},
      {"unknown target", [](Call& c) { c.options.simd = "MMX"; },
       "SIMD target 'MMX' is not available; this build on this processor has "},
      {"target in another case", [](Call& c) { c.options.simd = "scalar"; },
       "SIMD target 'scalar' is not available"},
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
    EXPECT_NO_THROW(rms_norm(call.operands, call.options)) << width;
  }
}

TEST(Validate, Devices) {
  const auto device = [](const char* name) { return [name](Call& c) { c.options.device = name; }; };
  const std::vector<Refusal> refusals = {
      {"unknown", device("gpu"), "unknown device 'gpu'; known are cpu, vulkan, metal"},
      {"empty", device(""), "unknown device ''"},
      {"upper case", device("CPU"), "unknown device 'CPU'"},
      {"only an index", device(":0"), "unknown device ':0'"},
      {"no number", device("cpu:x"), "device 'cpu:x' is not understood; expected a name such as"},
      {"no digits", device("cpu:"), "device 'cpu:' is not understood"},
      {"negative", device("cpu:-1"), "device 'cpu:-1' is not understood"},
      {"signed", device("cpu:+0"), "device 'cpu:+0' is not understood"},
      {"trailing", device("cpu:0 "), "device 'cpu:0 ' is not understood"},
      {"two colons", device("cpu:0:0"), "is not understood"},
      {"too large", device("cpu:99999999999"), "is not understood"},
  };
  for (Refusal refusal : refusals) {
    refusal.status = Status::unknown_device;
    expect_all_refused({refusal});
    // Zero rows do not excuse it.
    const auto spoil = refusal.spoil;
    refusal.spoil = [spoil](Call& c) {
      spoil(c);
      c.resize(0, kColumns);
    };
    expect_all_refused({refusal});
  }
  for (const char* name : {"cpu", "cpu:0"}) {
    Call call;
    call.options.device = name;
    EXPECT_NO_THROW(rms_norm(call.operands, call.options)) << name;
  }
}

/// There is one processor; a name that devices() does not list must not run on it silently.
TEST(Validate, SecondCpuDoesNotExist) {
  expect_all_refused(
      {{"cpu:1", [](Call& c) { c.options.device = "cpu:1"; }, "cpu:1", Status::no_device}});
}

/// Of the backends that are not in this build, the message says how to get them.
TEST(Validate, BackendsThatAreNotBuilt) {
  for (const DeviceInfo& info : devices()) {
    if (info.status != Status::not_built) continue;
    const std::string name = info.name + ":0";
    const std::string message = "device '" + name + "' is not built into this library; ";
    expect_all_refused({{"not built", [&](Call& c) { c.options.device = name; }, message.c_str(),
                         Status::not_built}});
    EXPECT_TRUE(info.reason.starts_with("not built: ")) << info.reason;
  }
}

TEST(Validate, ZeroRowsAreFine) {
  for (const bool null : {false, true}) {
    for (const Method method : all_methods()) {
      Call call;
      constexpr RunStats kSpoiled{.rows = 9, .exact_path_rows = 9, .ambiguous_rows = 9};
      RunStats stats = kSpoiled;
      call.resize(0, kColumns);
      call.options.method = method;
      call.options.stats = &stats;
      if (null) {
        call.operands.x.data = call.operands.residual.data = nullptr;
        call.operands.y.data = call.operands.residual_output.data = nullptr;
      }
      const std::vector<float> y = call.y, h = call.h;
      EXPECT_NO_THROW(rms_norm(call.operands, call.options));
      EXPECT_TRUE(stats.rows == 0 && stats.exact_path_rows == 0 && stats.ambiguous_rows == 0);
      stats = kSpoiled;
      EXPECT_NO_THROW(prepare(call.operands, call.options)->run());
      EXPECT_TRUE(stats.rows == 0 && stats.exact_path_rows == 0 && stats.ambiguous_rows == 0)
          << "of a prepared call";
      EXPECT_TRUE(call.y == y && call.h == h) << "something was written";
    }
  }
}

}  // namespace
}  // namespace samebits::test
