// SPDX-License-Identifier: Apache-2.0
//
// `samebits norm` on files: the oracle's bits on every dtype, mode and hard row, and one clear line
// with exit status 2 for everything that can be wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "lab/names.hpp"
#include "oracle/hard_rows.hpp"
#include "tests/cli/program.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

/// Writes the operands, runs the program, reads the answer back.
Answer run_program(const Program& samebits, const Problem& p, const std::string& more = "") {
  io::write_array(samebits.file("x.npy"), p.x);
  std::string arguments = "norm -i x.npy -o y.npy --mode " +
                          std::string(name_of(p.options.weight_mode)) + " --eps " +
                          std::to_string(p.options.eps) + " " + more;
  if (p.weight) {
    io::write_array(samebits.file("w.npy"), *p.weight);
    arguments += " -w w.npy";
  }
  if (p.residual) {
    io::write_array(samebits.file("d.npy"), *p.residual);
    arguments += " --residual d.npy --residual-output h.npy --residual-mode " +
                 std::string(name_of(p.options.residual_mode));
  }
  const Outcome outcome = samebits(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.error;
  Answer answer{.y = io::read_array(samebits.file("y.npy")), .h = {}, .stats = {}};
  if (p.residual) answer.h = io::read_array(samebits.file("h.npy"));
  return answer;
}

TEST(CliNorm, OraclesBitsOnEveryDtypeAndMode) {
  const Program samebits;
  for (const DType dtype : lab::kDTypes) {
    for (const WeightMode mode : lab::kWeightModes) {
      for (const ResidualMode residual : lab::kResidualModes) {
        Problem p;
        p.x = lab::random_rows(dtype, 4, 97, seed());
        p.weight = lab::random_weight(dtype, 97, seed() + 1);
        p.residual = lab::random_rows(dtype, 4, 97, seed() + 2);
        p.options.weight_mode = mode;
        p.options.residual_mode = residual;
        p.options.eps = 0.0;
        ASSERT_EQ(difference_from_oracle(p, run_program(samebits, p)), "");
      }
    }
  }
}

TEST(CliNorm, OraclesBitsOnHardRows) {
  const Program samebits;
  for (const DType dtype : lab::kDTypes) {
    for (const auto side : {oracle::Side::below, oracle::Side::above}) {
      Problem p;
      p.x =
          array_of(dtype, 1, 512,
                   oracle::hard_row(
                       {.format = format_of(dtype), .columns = 512, .seed = seed(), .side = side}));
      p.options.eps = 0.0;
      for (const char* more : {"", "--force-exact-path", "--threads 1 --chunk 33"}) {
        ASSERT_EQ(difference_from_oracle(p, run_program(samebits, p, more)), "");
      }
    }
  }
}

TEST(CliNorm, StatsCountTheExactPath) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 5, 64, 1));
  const Outcome plain = samebits("norm -i x.npy -o y.npy --stats --force-exact-path");
  EXPECT_NE(plain.out.find("5 rows of 64 float32: 5 took the exact path"), std::string::npos);
  const Outcome json = samebits("norm -i x.npy -o y.npy --json --force-exact-path");
  EXPECT_NE(json.out.find("\"exact_path_rows\": 5"), std::string::npos);
}

TEST(CliNorm, KeepsDtypeAndShape) {
  const Program samebits;
  for (const DType dtype : lab::kDTypes) {
    io::Array x = io::make_array(dtype, {2, 3, 8});
    io::write_array(samebits.file("x.safetensors"), x, "hidden");
    ASSERT_EQ(samebits("norm -i x.safetensors:hidden -o y.npy").status, 0);
    const io::Array y = io::read_array(samebits.file("y.npy"));
    EXPECT_EQ(y.shape, x.shape);
    EXPECT_EQ(y.dtype, dtype);
  }
}

struct BadCase {
  const char* arguments;
  const char* fragment;  ///< of the one line on standard error
};

/// So that ctest names a test by what is typed.
void PrintTo(const BadCase& bad, std::ostream* out) {
  *out << "samebits " << bad.arguments;
}

class CliBadInput : public testing::TestWithParam<BadCase> {};

TEST_P(CliBadInput, OneLineStatusTwoNothingTouched) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 4, 8, 1));
  io::write_array(samebits.file("half.npy"), lab::random_rows(DType::float16, 4, 8, 1));
  io::write_array(samebits.file("w7.npy"), lab::random_weight(DType::float32, 7, 1));
  std::ofstream(samebits.file("short.npy")) << "\x93NUMPY";
  std::ofstream(samebits.file("text.npy")) << "not an array, but long enough to look into it";
  std::ofstream(samebits.file("y.npy")) << "old";
  const Outcome outcome = samebits(GetParam().arguments);
  EXPECT_EQ(outcome.status, 2) << outcome.error;
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(std::count(outcome.error.begin(), outcome.error.end(), '\n'), 1) << outcome.error;
  EXPECT_NE(outcome.error.find(GetParam().fragment), std::string::npos) << outcome.error;
  std::string kept;
  std::ifstream(samebits.file("y.npy")) >> kept;
  EXPECT_EQ(kept, "old");
  EXPECT_FALSE(std::filesystem::exists(samebits.file("h.npy")));
}

INSTANTIATE_TEST_SUITE_P(
    Norm, CliBadInput,
    testing::Values(
        BadCase{"norm -i absent.npy -o y.npy", "absent.npy"},
        BadCase{"norm -i short.npy -o y.npy", "short.npy"},
        BadCase{"norm -i text.npy -o y.npy", "text.npy"}, BadCase{"norm -i . -o y.npy", "."},
        BadCase{"norm -i x.npy -w w7.npy -o y.npy", "w7.npy: has shape 7"},
        BadCase{"norm -i x.npy --residual half.npy -o y.npy", "half.npy: is 4x8 float16"},
        BadCase{"norm -i half.npy -w x.npy -o y.npy", "x.npy: has shape 4x8"},
        BadCase{"norm -i x.npy -o y.npy --eps -1", "eps is -1"},
        BadCase{"norm -i x.npy -o y.npy --eps nan", "eps is nan"},
        BadCase{"norm -i x.npy -o y.npy --eps 1e40", "eps is 1e+40"},
        BadCase{"norm -i x.npy -o y.npy --method fast", "method 'fast' is unknown"},
        BadCase{"norm -i x.npy -o y.npy --mode gemma", "mode 'gemma' is unknown"},
        BadCase{"norm -i x.npy -o y.npy --residual-mode x", "residual mode 'x' is unknown"},
        BadCase{"norm -i x.npy -o y.npy --device gpu", "unknown device 'gpu'"},
        BadCase{"norm -i x.npy -o y.npy --device cpu:x", "'cpu:x'"},
        BadCase{"norm -i x.npy -o y.npy --simd AVX9", "'AVX9'"},
        BadCase{"norm -i x.npy -o y.npy --threads -2", "threads is -2"},
        BadCase{"norm -i x.npy -o y.npy --threads two", "--threads"},
        BadCase{"norm -i x.npy -o y.npy --chunk -1", "chunk is -1"},
        BadCase{"norm -i x.npy -o y.npy --residual-output h.npy", "--residual"},
        BadCase{"norm -i x.npy -o absent/y.npy", "absent/y.npy"},
        BadCase{"norm -i x.npy -o y.txt", "y.txt"},
        BadCase{"norm -i x.npy --residual x.npy -o y.npy --residual-output no/h.npy", "no/h.npy"},
        BadCase{"norm -o y.npy", "--input"}, BadCase{"compare --shape 4x", "'4x'"},
        BadCase{"compare --shape 4x0 --repeats 1", "--shape 4x0: expected 1 to 2^31 elements"},
        BadCase{"compare -i absent.npy", "absent.npy"},
        BadCase{"compare --dtype f64", "dtype 'f64' is unknown"},
        BadCase{"compare --shape 2x8 --repeats 1 -o y.npy", "y.npy"},
        BadCase{"selftest --device tpu", "unknown device 'tpu'"},
        BadCase{"frobnicate", "unknown command 'frobnicate'; expected one of compare, audit"},
        BadCase{"norm --threads many", "(see samebits norm --help)"},
        BadCase{"compare --repeats -1", "'-1'; expected 0 or more"},
        BadCase{"compare --devices nonsense", "known are cpu"}, BadCase{"", "samebits --help"}));

TEST(CliNorm, ZeroRowsGiveZeroRows) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), io::make_array(DType::bfloat16, {0, 8}));
  ASSERT_EQ(samebits("norm -i x.npy -o y.npy").status, 0);
  EXPECT_EQ(io::read_array(samebits.file("y.npy")).shape, (std::vector<std::int64_t>{0, 8}));
}

}  // namespace
}  // namespace samebits::test
