// SPDX-License-Identifier: Apache-2.0
//
// One clear line with exit status 2 for everything that can be wrong on the command line, and
// nothing touched.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "lab/random.hpp"
#include "tests/cli/program.hpp"

namespace samebits::test {
namespace {

struct BadCase {
  const char* arguments;
  const char* fragment;  ///< of the one line on standard error
};

void PrintTo(const BadCase& c, std::ostream* out) {
  *out << "samebits " << c.arguments;
}

class CliBadInput : public ::testing::TestWithParam<BadCase> {};

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
    ::testing::Values(
        BadCase{"norm -i absent.npy -o y.npy", "absent.npy"},
        BadCase{"norm -i short.npy -o y.npy", "short.npy"},
        BadCase{"norm -i text.npy -o y.npy", "text.npy"}, BadCase{"norm -i . -o y.npy", "."},
        BadCase{"norm -i x.npy -w w7.npy -o y.npy", "w7.npy: has shape 7"},
        BadCase{"norm -i x.npy --residual half.npy -o y.npy", "half.npy: is 4x8 float16"},
        BadCase{"norm -i half.npy -w x.npy -o y.npy", "x.npy: has shape 4x8"},
        BadCase{"norm -i x.npy -o y.npy --method fast", "method 'fast' is unknown"},
        BadCase{"norm -i x.npy -o y.npy --mode gemma", "mode 'gemma' is unknown"},
        BadCase{"norm -i x.npy -o y.npy --residual-mode x", "residual mode 'x' is unknown"},
        BadCase{"norm -i x.npy -o y.npy --device gpu", "unknown device 'gpu'"},
        BadCase{"norm -i x.npy -o y.npy --device cpu:x", "'cpu:x'"},
        BadCase{"norm -i x.npy -o y.npy --simd AVX9", "'AVX9'"},
        BadCase{"norm -i x.npy -o y.npy --residual-output h.npy", "--residual"},
        BadCase{"norm -i x.npy -o absent/y.npy", "absent/y.npy"},
        BadCase{"norm -i x.npy -o y.txt", "y.txt"},
        BadCase{"norm -i x.npy --residual x.npy -o y.npy --residual-output no/h.npy", "no/h.npy"},
        BadCase{"norm -o y.npy", "--input"}, BadCase{"compare --shape 4x", "'4x'"},
        BadCase{"compare --shape 4x0 --repeats 1",
                "--shape: shape '4x0' is out of range; expected 1 to 2^31 elements"},
        BadCase{"compare -i absent.npy", "absent.npy"},
        BadCase{"compare --dtype f64", "dtype 'f64' is unknown"},
        BadCase{"compare --shape 2x8 --repeats 1 -o y.npy", "y.npy"},
        BadCase{"selftest --device tpu", "unknown device 'tpu'"},
        BadCase{"frobnicate", "unknown command 'frobnicate'; expected one of compare, audit"},
        BadCase{"norm --threads many", "(see samebits norm --help)"},
        BadCase{"compare --devices nonsense", "known are cpu"}, BadCase{"", "samebits --help"}));

// The whole text of every number, in range, or an error that names the option, the text and the
// range.
INSTANTIATE_TEST_SUITE_P(
    Number, CliBadInput,
    ::testing::Values(
        BadCase{"norm -i x.npy -o y.npy --eps ''", "--eps: found an empty text"},
        BadCase{"norm -i x.npy -o y.npy --eps=", "--eps: found an empty text"},
        BadCase{"norm -i x.npy -o y.npy --eps ' 1'", "--eps: found ' 1'; expected 0, or a number"},
        BadCase{"norm -i x.npy -o y.npy --eps 1e-6x",
                "found '1e-6x'; expected 0, or a number from"},
        BadCase{"norm -i x.npy -o y.npy --eps -1",
                "--eps: found '-1'; expected 0, or a number from"},
        BadCase{"norm -i x.npy -o y.npy --eps nan", "found 'nan'"},
        BadCase{"norm -i x.npy -o y.npy --eps inf", "found 'inf'"},
        BadCase{"norm -i x.npy -o y.npy --eps 0x1p-3", "found '0x1p-3'"},
        BadCase{"norm -i x.npy -o y.npy --eps 1e-400", "found '1e-400'"},
        BadCase{"norm -i x.npy -o y.npy --eps 7e-31", "2^-100 (7.9e-31) to 2^100 (1.3e30)"},
        BadCase{"norm -i x.npy -o y.npy --eps 1e40", "--eps: found '1e40'"},
        BadCase{"norm -i x.npy -o y.npy --threads -2",
                "--threads: found '-2'; expected a whole number from 0 to 1024"},
        BadCase{"norm -i x.npy -o y.npy --threads 1025", "found '1025'"},
        BadCase{"norm -i x.npy -o y.npy --threads two", "--threads: found 'two'"},
        BadCase{"norm -i x.npy -o y.npy --threads 4.0", "--threads: found '4.0'"},
        BadCase{"norm -i x.npy -o y.npy --threads 0x2", "--threads: found '0x2'"},
        BadCase{"norm -i x.npy -o y.npy --threads 4294967297", "--threads: found '4294967297'"},
        BadCase{"norm -i x.npy -o y.npy --threads 1 --threads 2", "--threads"},
        BadCase{"norm -i x.npy -o y.npy --chunk -1", "--chunk: found '-1'"},
        BadCase{"norm -i x.npy -o y.npy --chunk 99999999999999999999",
                "found '99999999999999999999'; expected a whole number from 0 to "
                "9223372036854775807"},
        BadCase{"compare --repeats -1", "--repeats: found '-1'"},
        BadCase{"compare --repeats 1e3", "--repeats: found '1e3'"},
        BadCase{"compare --seed -1",
                "--seed: found '-1'; expected a whole number from 0 to "
                "18446744073709551615"},
        BadCase{"compare --seed 18446744073709551616", "--seed: found '18446744073709551616'"},
        BadCase{"compare --chunk 0", "--chunk: found '0'; expected a whole number from 1"},
        BadCase{"compare --eps ''", "--eps: found an empty text"},
        BadCase{"audit --seed -1", "--seed: found '-1'"},
        BadCase{"audit --trials 3x", "--trials: found '3x'"},
        BadCase{"audit --minutes inf", "--minutes: found 'inf'; expected a number from 0 to"},
        BadCase{"audit --minutes 1e-400", "--minutes: found '1e-400'"},
        BadCase{"audit --timeout 0", "--timeout: found '0'; expected a number from 0.001 to 86400"},
        BadCase{"audit --timeout 1e300", "--timeout: found '1e300'"},
        BadCase{"audit --eps 1e", "--eps: found '1e'"},
        BadCase{"replay . --trials 0", "--trials: found '0'; expected a whole number from 1"},
        BadCase{"replay . --trials 99999999999", "--trials: found '99999999999'"}));

INSTANTIATE_TEST_SUITE_P(
    Empty, CliBadInput,
    ::testing::Values(
        BadCase{"norm -i '' -o y.npy", "--input: found an empty text"},
        BadCase{"norm --input= -o y.npy", "--input: found an empty text"},
        BadCase{"norm -i x.npy -o ''", "--output: found an empty text"},
        BadCase{"norm -i x.npy -o y.npy -w ''", "--weight: found an empty text"},
        BadCase{"norm -i x.npy -o y.npy --residual ''", "--residual: found an empty"},
        BadCase{"norm -i x.npy -o y.npy --method ''", "--method: found an empty text"},
        BadCase{"norm -i x.npy -o y.npy --device ''", "--device: found an empty text"},
        BadCase{"norm -i x.npy -o y.npy --simd ''", "--simd: found an empty text"},
        BadCase{"compare -o '' --shape 2x8", "--output: found an empty text"},
        BadCase{"compare --method ,", "--method: ',' has an empty item"},
        BadCase{"compare --method exact,", "--method: 'exact,' has an empty item"},
        BadCase{"compare --device cpu,,cpu", "--device: 'cpu,,cpu' has an empty item"},
        BadCase{"compare --dtype ,", "--dtype: ',' has an empty item"},
        BadCase{"compare --shape ''", "--shape: found an empty text"},
        BadCase{"compare --lang ''", "--lang: found an empty text"},
        BadCase{"audit --axis ,", "--axis: ',' has an empty item"},
        BadCase{"audit --require ''", "--require: found an empty text"},
        BadCase{"audit --plugin ''", "--plugin: found an empty text"},
        BadCase{"selftest --device ''", "--device: found an empty text"},
        BadCase{"replay ''", "folder: found an empty text"}));

INSTANTIATE_TEST_SUITE_P(
    Shape, CliBadInput,
    ::testing::Values(BadCase{"audit --shape 2097152x2097152x16",
                              "--shape: shape '2097152x2097152x16' is out of range; expected 1 to "
                              "2^31 elements"},
                      BadCase{"compare --shape 2097152x2097152x16",
                              "'2097152x2097152x16' is out of"},
                      BadCase{"audit --shape 4x0", "'4x0' is out of range"},
                      BadCase{"audit --shape 4x", "'4x' is not understood"},
                      BadCase{"audit --shape 9223372036854775808", "is not understood"}));

// What nothing uses was typed for a reason that the program does not see.
INSTANTIATE_TEST_SUITE_P(
    Unused, CliBadInput,
    ::testing::Values(
        BadCase{"norm -i x.npy -o y.npy --method standard --chunk 8",
                "--chunk would not be used: method standard has no chunks"},
        BadCase{"norm -i x.npy -o y.npy --method adaptive --chunk 8", "method adaptive has no"},
        BadCase{"norm -i x.npy -o y.npy --method chunked --force-exact-path",
                "--force-exact-path would not be used: method chunked has no exact path"},
        BadCase{"norm -i x.npy -o y.npy --device vulkan --threads 2",
                "--threads would not be used: vulkan has its own"},
        BadCase{"norm -i x.npy -o y.npy --device vulkan:0 --simd AVX2", "--simd would not be used"},
        BadCase{"norm -i x.npy -o y.npy --mode one-plus",
                "--mode would not be used: there is no weight"},
        BadCase{"norm -i x.npy -o y.npy -w x.npy --mode none",
                "--weight would not be used: --mode none has no weight"},
        BadCase{"norm -i x.npy -o y.npy --residual-mode unrounded",
                "--residual-mode would not be used: there is no residual"},
        BadCase{"compare -i x.npy --seed 3", "--seed would not be used: no rows are synthetic"},
        BadCase{"compare -i x.npy --dtype f16", "--dtype would not be used"},
        BadCase{"compare -i x.npy --mode scale", "--mode would not be used: there is no weight"},
        BadCase{"compare --shape 2x8 --residual-mode rounded", "--residual-mode would not be used"},
        BadCase{"compare --shape 2x8 --method exact,standard --chunk 8",
                "--chunk would not be used: it is for methods chunked and chunked-parallel"},
        BadCase{"compare --shape 2x8 --residual x.npy", "1 --residual but 0 --input"},
        BadCase{"audit --timeout 5", "--timeout would not be used: it is for --plugin"}));

INSTANTIATE_TEST_SUITE_P(
    Stream, CliBadInput,
    ::testing::Values(BadCase{"norm -i - -o y.npy", "standard input: starts with ''; expected"},
                      BadCase{"norm -i - -w - -o y.npy <x.npy",
                              "standard input: was read already; only one operand can be '-'"},
                      BadCase{"norm -i - -o y.npy <text.npy",
                              "standard input: starts with 'not an"},
                      BadCase{"norm -i x.npy -o - >/dev/full",
                              "standard output: cannot be written: No space left on device"},
                      BadCase{"norm -i x.npy --residual x.npy -o - --residual-output -",
                              "-: is the name of two outputs"}));

}  // namespace
}  // namespace samebits::test
