// SPDX-License-Identifier: Apache-2.0
#include "io/npy.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>
#include <string>
#include <utility>

#include "io/io_test_support.hpp"

namespace samebits::io {
namespace {

using namespace std::string_literals;

/// A file of version 1.0 with this dict and these elements.
std::string npy(const std::string& dict, const std::string& data = "") {
  std::string file = "\x93NUMPY\x01\0"s;
  file += static_cast<char>(dict.size() & 0xFF);
  file += static_cast<char>(dict.size() >> 8);
  return file + dict + data;
}

/// The same with four bytes of length, as versions 2.0 and 3.0 have.
std::string npy_long(char version, const std::string& dict, const std::string& data = "") {
  std::string file = "\x93NUMPY"s + version + '\0';
  for (int shift = 0; shift < 32; shift += 8) file += static_cast<char>(dict.size() >> shift);
  return file + dict + data;
}

std::string dict(const std::string& descr, const std::string& shape,
                 const std::string& order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

NpyHeader parse(const std::string& file) {
  return parse_npy_header(as_bytes(file), file.size(), "x.npy");
}

std::string parse_error(const std::string& file) {
  return error_of([&] { parse(file); });
}

std::string dict_error(const std::string& text) {
  return parse_error(npy(text));
}

// ---- what NumPy 2.4.6 and ml_dtypes 0.6.0 wrote -------------------------------------------------

const std::string kFloat32Golden =
    "\x93NUMPY\x01\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"s +
    std::string(60, ' ') + "\n\0\0\x80?\0\0\0@"s;
const std::string kFloat16Golden =
    "\x93NUMPY\x01\0v\0{'descr': '<f2', 'fortran_order': False, 'shape': (0, 3), }"s +
    std::string(58, ' ') + "\n";
const std::string kBfloat16Golden =
    "\x93NUMPY\x01\0v\0{'descr': '<V2', 'fortran_order': False, 'shape': (2, 2), }"s +
    std::string(58, ' ') + "\n\x80?\0@@@\x80@"s;

TEST(Npy, ReadsWhatNumpyWrites) {
  const TempDir dir;
  put(dir / "f4.npy", kFloat32Golden);
  put(dir / "f2.npy", kFloat16Golden);
  put(dir / "bf16.npy", kBfloat16Golden);

  const Array f4 = read_array(dir / "f4.npy");
  EXPECT_EQ(f4.dtype, DType::float32);
  EXPECT_EQ(f4.shape, std::vector<std::int64_t>{2});
  EXPECT_EQ(data_of(f4), "\0\0\x80?\0\0\0@"s);

  const Array f2 = read_array(dir / "f2.npy");
  EXPECT_EQ(f2.dtype, DType::float16);
  EXPECT_EQ(f2.rows(), 0);
  EXPECT_EQ(f2.columns(), 3);

  const Array bf16 = read_array(dir / "bf16.npy");
  EXPECT_EQ(bf16.dtype, DType::bfloat16);
  EXPECT_EQ(bf16.shape_text(), "2x2");
  EXPECT_EQ(data_of(bf16), "\x80?\0@@@\x80@"s);
}

TEST(Npy, WritesWhatNumpyWrites) {
  const TempDir dir;
  for (const std::string& golden : {kFloat32Golden, kFloat16Golden, kBfloat16Golden}) {
    put(dir / "in.npy", golden);
    write_array(dir / "out.npy", read_array(dir / "in.npy"));
    EXPECT_EQ(get(dir / "out.npy"), golden);
  }
}

// From numpy.save. With 36 axes nothing is missing to a multiple of 64, and NumPy adds 64 anyway.
TEST(Npy, HeaderLengthsAreThoseOfNumpy) {
  for (const auto& [axes, length] : std::initializer_list<std::pair<std::size_t, std::size_t>>{
           {1, 128}, {14, 128}, {15, 192}, {35, 192}, {36, 256}, {57, 256}, {58, 320}, {64, 320}}) {
    const std::vector<std::int64_t> ones(axes, 1);
    EXPECT_EQ(format_npy_header(DType::float32, ones).size(), length) << axes << " axes";
  }
}

TEST(Npy, RoundTrips) {
  const TempDir dir;
  for (const DType dtype : {DType::float32, DType::float16, DType::bfloat16}) {
    for (const auto& shape :
         {std::vector<std::int64_t>{7}, {3, 5}, {2, 3, 4}, {0, 8}, {1, 1, 1, 1}, {3, 0, 2}}) {
      const Array array = counting_array(dtype, shape);
      write_array(dir / "x.npy", array);
      const Array again = read_array(dir / "x.npy");
      EXPECT_EQ(again.dtype, dtype);
      EXPECT_EQ(again.shape, shape);
      EXPECT_EQ(data_of(again), data_of(array));
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(again.data.data()) % 64, 0u);
    }
  }
}

TEST(Npy, RoundTripsEveryAxisCount) {
  for (std::size_t axes = 1; axes <= 64; ++axes) {
    const std::string header =
        format_npy_header(DType::float16, std::vector<std::int64_t>(axes, 1)) + "xx";
    EXPECT_EQ((header.size() - 2) % 64, 0u);
    EXPECT_EQ(parse(header).shape.size(), axes);
  }
}

TEST(Npy, AcceptsVersions2And3) {
  for (const char version : {'\x02', '\x03'}) {
    const NpyHeader header = parse(npy_long(version, dict("<f4", "(1, 2)"), "12345678"));
    EXPECT_EQ(header.shape, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(header.dtype, DType::float32);
  }
}

TEST(Npy, AcceptsEverySpellingOfADtype) {
  for (const std::string descr : {"<V2", "|V2", "=V2", "V2", "bfloat16"}) {
    EXPECT_EQ(parse(npy(dict(descr, "(1,)"), "12")).dtype, DType::bfloat16) << descr;
  }
  for (const std::string descr : {"<f2", "|f2", "=f2", "f2", "e", "<e", "half", "float16"}) {
    EXPECT_EQ(parse(npy(dict(descr, "(1,)"), "12")).dtype, DType::float16) << descr;
  }
  for (const std::string descr : {"<f4", "|f4", "=f4", "f4", "f", "=f", "single", "float32"}) {
    EXPECT_EQ(parse(npy(dict(descr, "(1,)"), "1234")).dtype, DType::float32) << descr;
  }
}

TEST(Npy, ReadsLongIntegersOfPython2) {
  EXPECT_EQ(parse(npy(dict("<f2", "(3L, 1L)"), "123456")).shape, (std::vector<std::int64_t>{3, 1}));
}

TEST(Npy, FortranOrderWhereItMakesNoDifference) {
  for (const std::string shape : {"(4,)", "(1, 4)", "(4, 1)", "(1, 4, 1)"}) {
    const std::string file = npy(dict("<f2", shape, "True"), "12345678");
    EXPECT_EQ(parse(file).bytes_after, 0u) << shape;
  }
}

TEST(Npy, BytesAfterTheArrayAreToldOf) {
  const TempDir dir;
  put(dir / "x.npy", npy(dict("<f2", "(1, 2)"), "1234567"));
  std::string note;
  EXPECT_EQ(data_of(read_array(dir / "x.npy", &note)), "1234");
  EXPECT_EQ(note,
            (dir / "x.npy") + ": 3 bytes after the array are passed over, as numpy.load does");
  put(dir / "x.npy", npy(dict("<f2", "(1, 2)"), "1234"));
  note.clear();
  read_array(dir / "x.npy", &note);
  EXPECT_EQ(note, "");
}

TEST(Npy, AcceptsAnyOrderOfKeysAndAnySpacing) {
  for (const std::string text : {
           "{'shape': (3,), 'descr': '<f4', 'fortran_order': False}",
           "{'shape':(3,),'fortran_order':False,'descr':'<f4'}",
           " { 'shape' : ( 3 , ) , 'descr' : \"<f4\" , \"fortran_order\" : False , }  \n",
           "\t{\n'descr':\r'<f4','fortran_order':\fFalse,'shape':(\n3,)}\n\n",
       }) {
    const NpyHeader header = parse(npy(text, "123412341234"));
    EXPECT_EQ(header.shape, std::vector<std::int64_t>{3}) << text;
    EXPECT_EQ(header.data_offset, 10 + text.size());
  }
}

TEST(Npy, TrailingCommaOfATupleIsOptionalFromTwoAxesOn) {
  EXPECT_EQ(parse(npy(dict("<f2", "(1, 2)"), "1234")).shape.size(), 2u);
  EXPECT_EQ(parse(npy(dict("<f2", "(1, 2,)"), "1234")).shape.size(), 2u);
}

// ---- errors ------------------------------------------------------------------------------------

TEST(NpyErrors, Dtype) {
  const auto error = [](const std::string& descr) {
    return parse_error(npy(dict(descr, "(1,)"), "12345678"));
  };
  const std::string accepted = "is not supported; expected '<f4', '<f2', or '<V2' (bfloat16)";
  // Advice that is true for the dtype, and none where nothing is.
  const std::string as_float32 = accepted + "; save x.astype(np.float32)";
  for (const std::string descr : {"<f8", "f8", "<f16", "<i4", "|u1", "|b1", ">i2"}) {
    const std::string remark = descr[0] == '>' ? "(big-endian) " : "";
    EXPECT_EQ(error(descr), "x.npy: dtype '" + descr + "' " + remark + as_float32);
  }
  EXPECT_EQ(error(">f4"), "x.npy: dtype '>f4' (big-endian) " + accepted + "; save x.astype('<f4')");
  EXPECT_EQ(error(">f2"), "x.npy: dtype '>f2' (big-endian) " + accepted + "; save x.astype('<f2')");
  EXPECT_EQ(error(">V2"), "x.npy: dtype '>V2' (big-endian) " + accepted +
                              "; save x.view('>u2').astype('<u2').view('V2')");
  for (const std::string descr : {"|V1", "<c8", "<U3", "<M8[s]", "|S2", "", "<f4x", "double"}) {
    EXPECT_EQ(error(descr), "x.npy: dtype '" + descr + "' " + accepted);
  }
  EXPECT_EQ(error("|O"), "x.npy: dtype '|O' (Python objects, pickled) " + accepted);
}

TEST(NpyErrors, StructuredDtype) {
  EXPECT_EQ(dict_error("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
            "x.npy: structured dtypes are not supported; expected '<f4', '<f2', or '<V2' "
            "(bfloat16)");
}

TEST(NpyErrors, BytesOfTheFileAreEscapedAndCut) {
  EXPECT_NE(parse_error(npy(dict("\x1b[31m\xFF", "(1,)"))).find("dtype '\\x1b[31m\\xff' is not"),
            std::string::npos);
  const std::string message = parse_error(npy(dict(std::string(5000, 'q'), "(1,)")));
  EXPECT_NE(message.find("dtype '" + std::string(60, 'q') + "...' is not"), std::string::npos);
}

TEST(NpyErrors, FortranOrder) {
  EXPECT_EQ(parse_error(npy(dict("<f4", "(2, 2)", "True"), "1234567812345678")),
            "x.npy: fortran_order is True; expected rows to be contiguous: save "
            "np.ascontiguousarray(x)");
}

TEST(NpyErrors, Shape) {
  const auto error = [](const std::string& shape) { return parse_error(npy(dict("<f4", shape))); };
  EXPECT_EQ(error("()"), "x.npy: found a scalar (no axes); expected an array with 1 axis or more");
  EXPECT_EQ(error("(0,)"), "x.npy: last axis has 0 elements (shape 0); expected 1 or more");
  EXPECT_EQ(error("(4, 0)"), "x.npy: last axis has 0 elements (shape 4x0); expected 1 or more");
  EXPECT_EQ(error("(3)"), "x.npy: shape is a number; expected a tuple such as (3,)");
  EXPECT_EQ(error("(9223372036854775808, 1)"),
            "x.npy: shape has a length that does not fit in 63 bits");
  EXPECT_EQ(error("(9223372036854775807, 1)"),
            "x.npy: shape 9223372036854775807x1 is too large to address");
  EXPECT_EQ(error("(4294967296, 4294967296)"),
            "x.npy: shape 4294967296x4294967296 is too large to address");
  // Rows alone would overflow, although the array is empty.
  EXPECT_EQ(error("(0, 4294967296, 4294967296, 1)"),
            "x.npy: shape 0x4294967296x4294967296x1 is too large to address");
  for (const std::string shape :
       {"(-1,)", "(+1,)", "(1.0,)", "(01,)", "(00,)", "(1_0,)", "(0x1,)", "(True,)", "('1',)",
        "((1,),)", "(,)", "(1,,)", "(2l,)", "(L,)"}) {
    EXPECT_NE(error(shape).find("header is not what numpy.save writes: at byte"), std::string::npos)
        << shape;
  }
  EXPECT_NE(error("[1, 2]").find("expected '(' of the shape's tuple"), std::string::npos);
  EXPECT_NE(error("(1 2)").find("expected ',' or ')' in the shape"), std::string::npos);
  EXPECT_NE(error("(-1,)").find("found '-1,), }\\n'; expected an axis length"), std::string::npos);

  std::string many = "(";
  for (int i = 0; i < 65; ++i) many += "1, ";
  EXPECT_EQ(error(many + ")"), "x.npy: shape has more than 64 axes");
}

TEST(NpyErrors, Dict) {
  EXPECT_EQ(dict_error("{'descr': '<f4', 'shape': (1,)}"), "x.npy: header has no 'fortran_order'");
  EXPECT_EQ(dict_error("{'descr': '<f4', 'fortran_order': False}"), "x.npy: header has no 'shape'");
  EXPECT_EQ(dict_error("{}"), "x.npy: header has no 'descr'");
  EXPECT_EQ(dict_error("{'order': 'C'}"),
            "x.npy: header has the key 'order'; expected only 'descr', 'fortran_order' and "
            "'shape'");
  const std::string here = "x.npy: header is not what numpy.save writes: at byte ";
  EXPECT_EQ(dict_error(""),
            here + "0 of it found its end; expected '{' at the start of the header");
  EXPECT_EQ(dict_error("[1]"),
            here + "0 of it found '[1]'; expected '{' at the start of the header");
  EXPECT_EQ(dict_error("{'descr' '<f4'}"),
            here + "9 of it found ''<f4'}'; expected ':' after a key");
  EXPECT_EQ(dict_error("{'descr': '<f4' 'shape'}"),
            here + "16 of it found ''shape'}'; expected '}' or ',' after an entry");
  EXPECT_EQ(dict_error("{,}"), here + "1 of it found ',}'; expected a key in quotes");
  EXPECT_EQ(dict_error("{descr: 1}"), here + "1 of it found 'descr: 1}'; expected a key in quotes");
  EXPECT_EQ(dict_error("{'descr"), here + "1 of it found ''descr'; expected a string that ends");
  EXPECT_EQ(dict_error("{'de\\x73cr': 1}"),
            here +
                "1 of it found ''de\\\\x73cr': 1}'; expected a string without escapes or line "
                "breaks");
  EXPECT_EQ(dict_error("{'descr': <f4}"),
            here + "10 of it found '<f4}'; expected the dtype in quotes");
  EXPECT_EQ(dict_error("{'fortran_order': 0}"),
            here + "18 of it found '0}'; expected True or False");
  EXPECT_EQ(parse_error(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} #")),
            here + "56 of it found '#'; expected nothing after the dict");
}

TEST(NpyErrors, Preamble) {
  EXPECT_EQ(parse_error(""), "x.npy: starts with ''; expected '\\x93NUMPY', as .npy files do");
  EXPECT_EQ(parse_error("PK\x03\x04zip-of-npz"),
            "x.npy: starts with 'PK\\x03\\x04zi'; expected '\\x93NUMPY', as .npy files do");
  EXPECT_EQ(parse_error("\x93NUMPY"), "x.npy: ends inside the .npy preamble");
  EXPECT_EQ(parse_error("\x93NUMPY\x02\0\x01\0\0"s), "x.npy: ends inside the .npy preamble");
  EXPECT_EQ(parse_error("\x93NUMPY\x04\0\x01\0"s),
            "x.npy: has .npy version 4.0; expected 1.0, 2.0 or 3.0");
  EXPECT_EQ(parse_error("\x93NUMPY\x01\x01\x01\0"s),
            "x.npy: has .npy version 1.1; expected 1.0, 2.0 or 3.0");
  EXPECT_EQ(parse_error("\x93NUMPY\0\0\x01\0"s),
            "x.npy: has .npy version 0.0; expected 1.0, 2.0 or 3.0");
}

TEST(NpyErrors, HeaderLength) {
  EXPECT_EQ(parse_error("\x93NUMPY\x01\0\xFF\x0F{}"s),
            "x.npy: claims a header of 4095 bytes, but only 2 follow");
  EXPECT_EQ(parse_error("\x93NUMPY\x03\0\xFF\xFF\xFF\xFF{}"s),
            "x.npy: claims a header of 4294967295 bytes; expected at most 10000");
  // Too short a length cuts the dict.
  std::string cut = npy(dict("<f4", "(1,)"), "1234");
  cut[8] = 20;
  EXPECT_NE(parse_error(cut).find("header is not what numpy.save writes"), std::string::npos);
}

TEST(NpyErrors, DataSize) {
  EXPECT_EQ(parse_error(npy(dict("<f4", "(2, 3)"), std::string(23, 'x'))),
            "x.npy: has 23 bytes of data; expected 24 for 2x3 of float32");
  EXPECT_EQ(parse_error(npy(dict("<V2", "(2, 3)"), std::string(11, 'x'))),
            "x.npy: has 11 bytes of data; expected 12 for 2x3 of bfloat16");
  // A header that asks for more memory than there is: refused before any is taken.
  EXPECT_EQ(parse_error(npy(dict("<f4", "(1000000000000,)"), "1234")),
            "x.npy: has 4 bytes of data; expected 4000000000000 for 1000000000000 of float32");
}

TEST(NpyErrors, FileSizeThatDisagreesWithThePrefix) {
  const std::string file = npy(dict("<f4", "(1,)"), "1234");
  EXPECT_EQ(error_of([&] { parse_npy_header(as_bytes(file), 20, "x.npy"); }),
            "x.npy: ends inside the header");
  const auto huge = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(parse_npy_header(as_bytes(file), huge).bytes_after, huge - file.size());
}

TEST(NpyErrors, NameTheFileOnDisk) {
  const TempDir dir;
  put(dir / "x.npy", npy(dict("<f8", "(1,)"), "12345678"));
  const std::string path = dir / "x.npy";
  EXPECT_EQ(error_of([&] { read_array(path); }).substr(0, path.size() + 2), path + ": ");
}

}  // namespace
}  // namespace samebits::io
