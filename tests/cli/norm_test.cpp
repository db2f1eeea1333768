// SPDX-License-Identifier: Apache-2.0
//
// `samebits norm` on files and streams: the oracle's bits on every dtype, mode and hard row.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "lab/names.hpp"
#include "oracle/hard_rows.hpp"
#include "tests/cli/program.hpp"
#include "tests/support.hpp"

namespace samebits::test {
namespace {

/// Writes the operands, runs the program, reads the answer back.
Answer run_program(const Program& samebits, const Problem& p, const std::string& more = "") {
  io::write_array(samebits.file("x.npy"), p.x);
  std::string arguments = "norm -i x.npy -o y.npy --eps " + std::to_string(p.eps) + " " + more;
  if (p.weight) {
    io::write_array(samebits.file("w.npy"), *p.weight);
    arguments += " -w w.npy --mode " + std::string(name_of(p.weight_mode));
  }
  if (p.residual) {
    io::write_array(samebits.file("d.npy"), *p.residual);
    arguments += " --residual d.npy --residual-output h.npy --residual-mode " +
                 std::string(name_of(p.residual_mode));
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
        if (mode != WeightMode::none) p.weight = lab::random_weight(dtype, 97, seed() + 1);
        p.residual = lab::random_rows(dtype, 4, 97, seed() + 2);
        p.weight_mode = mode;
        p.residual_mode = residual;
        p.eps = 0.0;
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
      p.eps = 0.0;
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

/// y[0, 0] of float32, as its encoding.
std::uint32_t first_bits(const std::filesystem::path& file) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, io::read_array(file).data.data(), sizeof bits);
  return bits;
}

// Read as a long double first, and then as a double, the text came out one double too small.
TEST(CliNorm, EpsIsRoundedOnce) {
  const Program samebits;
  io::Array x = io::make_array(DType::float32, {1, 4});
  static_cast<float*>(x.matrix().data)[0] = 0x1p-60f;
  io::write_array(samebits.file("x.npy"), x);
  const std::string eps =
      "0.0000030075893283094849257132451583740540002054331125691533088684082031251";
  ASSERT_EQ(samebits("norm -i x.npy -o y.npy --eps " + eps).status, 0);
  EXPECT_EQ(first_bits(samebits.file("y.npy")), 0x261027C4u);
}

TEST(CliNorm, StreamsHaveTheBitsOfFiles) {
  const Program samebits;
  for (const DType dtype : lab::kDTypes) {
    io::write_array(samebits.file("x.npy"), lab::random_rows(dtype, 5, 64, seed()));
    io::write_array(samebits.file("x.safetensors"), lab::random_rows(dtype, 5, 64, seed()), "t");
    ASSERT_EQ(samebits("norm -i x.npy -o y.npy").status, 0);
    for (const char* line : {"samebits norm -i - -o - <x.npy >z.npy",
                             "cat x.npy | samebits norm -i - -o - | cat >z.npy",
                             "cat x.safetensors | samebits norm -i - -o z.npy",
                             "samebits norm -i -:t -o - <x.safetensors >z.npy",
                             "samebits norm -i x.npy -o - --stats --json >z.npy"}) {
      const Outcome outcome = samebits.shell(line);
      ASSERT_EQ(outcome.status, 0) << line << ": " << outcome.error;
      EXPECT_EQ(outcome.out, "") << line;
      EXPECT_EQ(contents_of(samebits.file("z.npy")), contents_of(samebits.file("y.npy"))) << line;
      std::filesystem::remove(samebits.file("z.npy"));
    }
  }
}

TEST(CliNorm, WordsGoBesideAStream) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 5, 64, 1));
  const Outcome outcome = samebits("norm -i x.npy -o - --stats");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out.substr(0, 6), "\x93NUMPY");
  EXPECT_NE(outcome.error.find("5 rows of 64 float32"), std::string::npos);
}

TEST(CliNorm, AnyOperandMayBeTheStreamButOne) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 5, 64, 1));
  io::write_array(samebits.file("d.npy"), lab::random_rows(DType::float32, 5, 64, 2));
  const std::string files = "norm -i x.npy --residual d.npy -o y.npy --residual-output h.npy";
  ASSERT_EQ(samebits(files).status, 0);
  const std::string h =
      "samebits norm -i x.npy --residual - -o z.npy --residual-output - <d.npy >g.npy";
  ASSERT_EQ(samebits.shell(h).status, 0);
  EXPECT_EQ(contents_of(samebits.file("z.npy")), contents_of(samebits.file("y.npy")));
  EXPECT_EQ(contents_of(samebits.file("g.npy")), contents_of(samebits.file("h.npy")));
}

TEST(CliNorm, BytesAfterAnArrayAreNamed) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), lab::random_rows(DType::float32, 5, 64, 1));
  ASSERT_EQ(samebits("norm -i x.npy -o y.npy").error, "");
  const Outcome outcome = samebits.shell("cat x.npy x.npy | samebits norm -i - -o z.npy");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.error,
            "samebits: note: standard input: 1408 bytes after the array are passed over, as "
            "numpy.load does\n");
  EXPECT_EQ(contents_of(samebits.file("z.npy")), contents_of(samebits.file("y.npy")));
}

TEST(CliNorm, ZeroRowsGiveZeroRows) {
  const Program samebits;
  io::write_array(samebits.file("x.npy"), io::make_array(DType::bfloat16, {0, 8}));
  ASSERT_EQ(samebits("norm -i x.npy -o y.npy").status, 0);
  EXPECT_EQ(io::read_array(samebits.file("y.npy")).shape, (std::vector<std::int64_t>{0, 8}));
}

}  // namespace
}  // namespace samebits::test
