// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "io/io_test_support.hpp"

namespace samebits::io {
namespace {

using namespace std::string_literals;

std::string length_bytes(std::uint64_t length) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(length >> shift & 0xFF);
  return bytes;
}

std::string file_of(const std::string& json, const std::string& data = "") {
  return length_bytes(json.size()) + json + data;
}

/// The object that holds these entries.
std::string object(std::initializer_list<std::string> entries) {
  std::string json;
  for (const std::string& one : entries) json.append(json.empty() ? "{" : ",").append(one);
  return json.append("}");
}

/// One tensor's entry, `"a": {...}`.
std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
         ",\"data_offsets\":" + offsets + "}";
}

SafetensorsHeader parse(const std::string& file) {
  return parse_safetensors_header(as_bytes(file), file.size(), "m");
}

std::string parse_error(const std::string& json, const std::string& data = "") {
  const std::string file = file_of(json, data);
  return error_of([&] { parse(file); });
}

std::string entry_error(const std::string& dtype, const std::string& shape,
                        const std::string& offsets) {
  return parse_error(object({entry("a", dtype, shape, offsets)}), "12345678");
}

// ---- what safetensors 0.8.0 wrote ---------------------------------------------------------------

const std::string kOneGolden =
    "@\0\0\0\0\0\0\0{\"output\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}  "s +
    std::string(24, '\0');
const std::string kThreeGolden =
    "\xd0\0\0\0\0\0\0\0{\"__metadata__\":{\"format\":\"pt\"},\"s\":{\"dtype\":\"I64\",\"shape\":[],"
    "\"data_offsets\":[0,8]},\"output\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[8,20]"
    "},\"b\":{\"dtype\":\"F16\",\"shape\":[0,3],\"data_offsets\":[20,20]}}     \x01\0\0\0\0\0\0\0"
    "abcdefghijkl"s;

TEST(Safetensors, ReadsTheOnlyTensor) {
  const TempDir dir;
  put(dir / "one.safetensors", kOneGolden);
  for (const std::string& spec : {dir / "one.safetensors", dir / "one.safetensors:output"}) {
    const Array array = read_array(spec);
    EXPECT_EQ(array.dtype, DType::float32);
    EXPECT_EQ(array.shape_text(), "2x3");
    EXPECT_EQ(data_of(array), std::string(24, '\0'));
  }
}

TEST(Safetensors, ReadsTheChosenTensor) {
  const TempDir dir;
  put(dir / "three.safetensors", kThreeGolden);
  const Array output = read_array(dir / "three.safetensors:output");
  EXPECT_EQ(output.dtype, DType::bfloat16);
  EXPECT_EQ(output.shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(data_of(output), "abcdefghijkl");
  const Array empty = read_array(dir / "three.safetensors:b");
  EXPECT_EQ(empty.dtype, DType::float16);
  EXPECT_EQ(empty.rows(), 0);
}

TEST(Safetensors, ListsTensorsInTheOrderOfTheFile) {
  const TempDir dir;
  put(dir / "three.safetensors", kThreeGolden);
  const auto tensors = list_tensors(dir / "three.safetensors");
  ASSERT_EQ(tensors.size(), 3u);
  EXPECT_EQ(tensors[0].name, "s");
  EXPECT_EQ(tensors[0].dtype_name, "I64");
  EXPECT_FALSE(tensors[0].dtype.has_value());
  EXPECT_EQ(tensors[0].shape_text(), "scalar");
  EXPECT_EQ(tensors[1].name, "output");
  EXPECT_EQ(tensors[1].dtype, DType::bfloat16);
  EXPECT_EQ(tensors[1].shape_text(), "2x3");
  EXPECT_EQ(tensors[1].begin, 8u);
  EXPECT_EQ(tensors[1].end, 20u);
  EXPECT_EQ(tensors[2].name, "b");
}

TEST(Safetensors, WritesWhatTheReferenceWrites) {
  const TempDir dir;
  write_array(dir / "x.safetensors", make_array(DType::float32, {2, 3}));
  EXPECT_EQ(get(dir / "x.safetensors"), kOneGolden);
}

TEST(Safetensors, RoundTrips) {
  const TempDir dir;
  for (const DType dtype : {DType::float32, DType::float16, DType::bfloat16}) {
    for (const auto& shape : {std::vector<std::int64_t>{7}, {3, 5}, {2, 3, 4}, {0, 8}}) {
      const Array array = counting_array(dtype, shape);
      write_array(dir / "x.safetensors", array, "layers.0/\"n\xC3\xB6rm\"");
      const Array again = read_array(dir / "x.safetensors");
      EXPECT_EQ(again.dtype, dtype);
      EXPECT_EQ(again.shape, shape);
      EXPECT_EQ(data_of(again), data_of(array));
      EXPECT_EQ(list_tensors(dir / "x.safetensors")[0].name, "layers.0/\"n\xC3\xB6rm\"");
    }
  }
}

TEST(Safetensors, NamesAndFilesMayHoldColons) {
  const TempDir dir;
  const Array array = counting_array(DType::float32, {3});
  write_array(dir / "a.safetensors", array, "w:0");
  write_array(dir / "b:c.safetensors", array, "w");
  EXPECT_EQ(data_of(read_array(dir / "a.safetensors:w:0")), data_of(array));
  EXPECT_EQ(data_of(read_array(dir / "b:c.safetensors")), data_of(array));
  EXPECT_EQ(data_of(read_array(dir / "b:c.safetensors:w")), data_of(array));
  EXPECT_NE(error_of([&] {
              read_array(dir / "a.safetensors:w");
            }).find("a.safetensors: has no tensor 'w'; it holds 'w:0'"),
            std::string::npos);
}

TEST(Safetensors, HolesAndDataAfterTheLastTensorAreRefused) {
  const auto error = [](const std::string& a, const std::string& b, const std::string& data) {
    return error_of([&] {
      parse(file_of(object({entry("a", "F16", "[1]", a), entry("b", "F16", "[1]", b)}), data));
    });
  };
  const std::string dense =
      object({entry("a", "F16", "[1]", "[2,4]"), entry("b", "F16", "[1]", "[0,2]")});
  EXPECT_EQ(parse(file_of(dense, "1234")).tensors.size(), 2u);
  EXPECT_EQ(error("[4,6]", "[0,2]", "123456"),
            "m: has 2 bytes before tensor 'a' that belong to no tensor");
  EXPECT_EQ(error("[4,6]", "[2,4]", "123456"),
            "m: has 2 bytes before tensor 'b' that belong to no tensor");
  EXPECT_EQ(error("[2,4]", "[0,2]", "12345"),
            "m: has 1 bytes after the last tensor; expected none");
}

TEST(Safetensors, PassesOverMetadataAndUnknownKeys) {
  for (const std::string metadata : {"null", "{}", "{\"a\":\"b\"}", "{\"dtype\":\"\"}"}) {
    const std::string json =
        object({entry("a", "F16", "[1]", "[0,2]"), "\"__metadata__\":" + metadata});
    EXPECT_EQ(parse(file_of(json, "12")).tensors.size(), 1u) << metadata;
  }
  const auto tensors =
      parse(
          file_of(R"({"a":{"x":{"dtype":"I8","shape":[7]},"dtype":"F16","y":[[1],{}],"shape":[1],)"
                  R"("z":null,"data_offsets":[0,2],"w":-1.5}})",
                  "12"))
          .tensors;
  ASSERT_EQ(tensors.size(), 1u);
  EXPECT_EQ(tensors[0].dtype, DType::float16);
  EXPECT_EQ(tensors[0].shape, std::vector<std::uint64_t>{1});
}

TEST(Safetensors, OfEntriesWithOneNameTheLastCounts) {
  const auto tensors =
      parse(file_of(object({entry("a", "F16", "[9]", "[7,1]"), entry("b", "F16", "[1]", "[2,4]"),
                            entry("a", "BF16", "[1]", "[0,2]")}),
                    "1234"))
          .tensors;
  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(tensors[0].name, "a");
  EXPECT_EQ(tensors[0].dtype, DType::bfloat16);
  EXPECT_EQ(tensors[0].end, 2u);
}

TEST(Safetensors, ScalarsAndEmptyRowsMayStandBesideWhatIsRead) {
  const TempDir dir;
  put(dir / "x.safetensors",
      file_of(object({entry("s", "F32", "[]", "[0,4]"), entry("e", "F32", "[3,0]", "[4,4]"),
                      entry("a", "F32", "[1]", "[4,8]")}),
              "12345678"));
  EXPECT_EQ(data_of(read_array(dir / "x.safetensors:a")), "5678");
  EXPECT_NE(error_of([&] {
              read_array(dir / "x.safetensors:s");
            }).find("x.safetensors:'s': found a scalar (no axes); expected"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              read_array(dir / "x.safetensors:e");
            }).find("x.safetensors:'e': last axis has 0 elements (shape 3x0)"),
            std::string::npos);
}

// ---- errors: choosing ---------------------------------------------------------------------------

TEST(SafetensorsErrors, WhichTensor) {
  const TempDir dir;
  const std::string path = dir / "x.safetensors";
  put(path, kThreeGolden);
  EXPECT_EQ(error_of([&] { read_array(path); }),
            path + ": holds 3 tensors; name one as FILE:TENSOR: 's', 'output', 'b'");
  EXPECT_EQ(error_of([&] { read_array(path + ":q\x1b"); }),
            path + ": has no tensor 'q\\x1b'; it holds 's', 'output', 'b'");
  EXPECT_EQ(error_of([&] { read_array(path + ":"); }),
            path + ": has no tensor ''; it holds 's', 'output', 'b'");
  EXPECT_EQ(error_of([&] { read_array(path + ":s"); }),
            path + ":'s': dtype 'I64' is not supported; expected F32, F16 or BF16");

  std::string json = "{";
  for (int i = 0; i < 20; ++i) {
    if (i > 0) json += ',';
    json += entry(std::string("w").append(std::to_string(i)), "F32", "[0,1]", "[0,0]");
  }
  put(path, file_of(json + "}"));
  EXPECT_EQ(error_of([&] { read_array(path); }),
            path +
                ": holds 20 tensors; name one as FILE:TENSOR: 'w0', 'w1', 'w2', 'w3', 'w4', "
                "'w5', 'w6', 'w7' and 12 more");

  put(path, file_of("{}"));
  EXPECT_EQ(error_of([&] { read_array(path); }), path + ": holds no tensors");
}

TEST(SafetensorsErrors, Writing) {
  const TempDir dir;
  const Array array = make_array(DType::float32, {1});
  const std::string path = dir / "x.safetensors";
  EXPECT_EQ(error_of([&] { write_array(path, array, "__metadata__"); }),
            path + ": '__metadata__' cannot be a tensor's name");
  EXPECT_EQ(error_of([&] { write_array(path, array, "\xFF"); }),
            path + ": tensor name '\\xff' is not UTF-8");
  EXPECT_TRUE(dir.names().empty());
}

// ---- errors: the header -------------------------------------------------------------------------

TEST(SafetensorsErrors, HeaderLength) {
  const auto error = [](const std::string& file) { return error_of([&] { parse(file); }); };
  EXPECT_EQ(error(""), "m: has 0 bytes; expected 8 or more, as .safetensors files have");
  EXPECT_EQ(error("1234567"), "m: has 7 bytes; expected 8 or more, as .safetensors files have");
  EXPECT_EQ(error(length_bytes(3) + "{}"), "m: claims a header of 3 bytes, but only 2 follow");
  EXPECT_EQ(error(length_bytes(100'000'001) + "{}"),
            "m: claims a header of 100000001 bytes; expected at most 100000000");
  EXPECT_EQ(error(std::string(8, '\xFF') + "{}"),
            "m: claims a header of 18446744073709551615 bytes; expected at most 100000000");
  const std::string file = file_of("{}");
  EXPECT_EQ(error_of([&] { parse_safetensors_header(as_bytes(file).first(9), 10, "m"); }),
            "m: ends inside the header");
}

TEST(SafetensorsErrors, Json) {
  EXPECT_EQ(parse_error(""), "m: header is not valid JSON at byte 1 of it");
  EXPECT_EQ(parse_error("{\"a\""), "m: header is not valid JSON at byte 5 of it");
  EXPECT_EQ(parse_error("{} x"), "m: header is not valid JSON at byte 4 of it");
  EXPECT_EQ(parse_error("{\"\xFF\":1}"), "m: header is not valid JSON at byte 3 of it");
  EXPECT_EQ(parse_error("[]"), "m: header is an array; expected an object");
  EXPECT_EQ(parse_error("1"), "m: header is 1; expected an object");
  EXPECT_EQ(parse_error("\"x\""), "m: header is 'x'; expected an object");
  EXPECT_EQ(parse_error("null"), "m: header is null; expected an object");
  EXPECT_EQ(parse_error(std::string(100'000, '[')), "m: header is an array; expected an object");
  EXPECT_EQ(parse_error("{\"a\":{\"x\":" + std::string(100'000, '[')),
            "m: header is nested too deeply");
  EXPECT_EQ(parse_error("\xEF\xBB\xBF{}"), "m: header is not valid JSON at byte 1 of it");
  EXPECT_EQ(parse_error("{}\0"s), "m: header is not valid JSON at byte 3 of it");
  EXPECT_EQ(parse_error("{\"__metadata__\":1}"), "m: __metadata__ is 1; expected an object");
  EXPECT_EQ(parse_error("{\"__metadata__\":[]}"),
            "m: __metadata__ is an array; expected an object");
  EXPECT_EQ(parse_error("{\"__metadata__\":{\"a\":null}}"),
            "m: __metadata__ holds null; expected only strings");
  EXPECT_EQ(parse_error("{\"__metadata__\":{\"a\":{}}}"),
            "m: __metadata__ holds an object; expected only strings");
}

TEST(SafetensorsErrors, Keys) {
  EXPECT_EQ(parse_error("{\"__metadata__\":{},\"__metadata__\":{}}"),
            "m: header has the key '__metadata__' twice");
  EXPECT_EQ(parse_error(R"({"a":{"dtype":"F16","dtype":"F16"}})"),
            "m: tensor 'a' has the key 'dtype' twice");
  EXPECT_EQ(parse_error(R"({"a":{"shape":[],"shape":[]}})"),
            "m: tensor 'a' has the key 'shape' twice");
  EXPECT_EQ(parse_error(R"({"a":{"stride":[1]}})"),
            "m: tensor 'a' lacks one of dtype, shape and data_offsets");
  EXPECT_EQ(parse_error(R"({"a":{}})"), "m: tensor 'a' lacks one of dtype, shape and data_offsets");
  EXPECT_EQ(parse_error(R"({"a":{"dtype":"F16","shape":[1]}})"),
            "m: tensor 'a' lacks one of dtype, shape and data_offsets");
}

TEST(SafetensorsErrors, Types) {
  EXPECT_EQ(parse_error(R"({"a":1})"), "m: tensor 'a' is 1; expected an object");
  EXPECT_EQ(parse_error(R"({"a":[]})"), "m: tensor 'a' is an array; expected an object");
  EXPECT_EQ(parse_error(R"({"a\n":true})"), "m: tensor 'a\\n' is true; expected an object");
  EXPECT_EQ(parse_error(R"({"a":{"dtype":1}})"),
            "m: tensor 'a' has 1 for dtype; expected a string");
  EXPECT_EQ(parse_error(R"({"a":{"dtype":["F32"]}})"),
            "m: tensor 'a' has an array for dtype; expected a string");
  for (const std::string value :
       {"-1", "1.5", "true", "null", "\"1\"", "[1]", "{}", "18446744073709551616"}) {
    EXPECT_NE(entry_error("F16", "[" + value + "]", "[0,2]").find("in shape; expected whole"),
              std::string::npos)
        << value;
    EXPECT_NE(entry_error("F16", "[1]", "[0," + value + "]").find("in data_offsets; expected two"),
              std::string::npos)
        << value;
  }
  EXPECT_NE(entry_error("F16", "3", "[0,2]").find("has 3 in shape"), std::string::npos);
  EXPECT_NE(entry_error("F16", "{}", "[0,2]").find("has an object in shape"), std::string::npos);
}

TEST(SafetensorsErrors, Shape) {
  EXPECT_EQ(entry_error("F32", "[9223372036854775807]", "[0,4]"),
            "m: tensor 'a' has shape 9223372036854775807, too large to address");
  EXPECT_EQ(entry_error("F32", "[4294967296,4294967296]", "[0,0]"),
            "m: tensor 'a' has shape 4294967296x4294967296, too large to address");
  // The format takes what no array here can have, as long as nobody reads it.
  std::string ones = "[1";
  for (int i = 0; i < 64; ++i) ones += ",1";
  const TempDir dir;
  put(dir / "x.safetensors",
      file_of(object({entry("a", "F32", ones + "]", "[0,4]"),
                      entry("b", "F16", "[0,18446744073709551615]", "[4,4]")}),
              "1234"));
  EXPECT_EQ(error_of([&] { read_array(dir / "x.safetensors:a"); }),
            (dir / "x.safetensors") + ":'a': found 65 axes; expected at most 64");
  EXPECT_EQ(error_of([&] { read_array(dir / "x.safetensors:b"); }),
            (dir / "x.safetensors") + ":'b': shape 0x18446744073709551615 is too large to address");
}

// A dtype that is not read here has a size all the same.
TEST(SafetensorsErrors, SizeOfEveryDtype) {
  EXPECT_EQ(entry_error("I64", "[2]", "[0,8]"),
            "m: tensor 'a' has 8 bytes; expected 16 for 2 of I64");
  EXPECT_EQ(entry_error("F6_E2M3", "[4]", "[0,8]"),
            "m: tensor 'a' has 8 bytes; expected 3 for 4 of F6_E2M3");
  EXPECT_EQ(entry_error("F4", "[3]", "[0,2]"),
            "m: tensor 'a' has 12 bits for 3 of F4; expected whole bytes");
  EXPECT_EQ(entry_error("F99", "[1]", "[0,8]"),
            "m: tensor 'a' has dtype 'F99', which the format does not have");
}

TEST(SafetensorsErrors, Offsets) {
  EXPECT_EQ(entry_error("F32", "[1]", "[4,0]"),
            "m: tensor 'a' has data_offsets [4, 0], outside the 8 bytes of data in the file");
  EXPECT_EQ(entry_error("F32", "[1]", "[8,12]"),
            "m: tensor 'a' has data_offsets [8, 12], outside the 8 bytes of data in the file");
  EXPECT_NE(entry_error("I64", "[1]", "[0,18446744073709551615]").find("outside the 8 bytes"),
            std::string::npos);
  EXPECT_EQ(entry_error("F32", "[1]", "[0,8]"),
            "m: tensor 'a' has 8 bytes; expected 4 for 1 of F32");
  EXPECT_EQ(entry_error("F32", "[3]", "[0,8]"),
            "m: tensor 'a' has 8 bytes; expected 12 for 3 of F32");
  EXPECT_EQ(entry_error("F32", "[1]", "[0]"), "m: tensor 'a' has 1 data_offsets; expected 2");
  EXPECT_EQ(entry_error("F32", "[1]", "[0,4,8]"), "m: tensor 'a' has 3 data_offsets; expected 2");
  EXPECT_EQ(
      parse_error(object({entry("a", "F32", "[1]", "[0,4]"), entry("b", "F32", "[1]", "[2,6]")}),
                  "12345678"),
      "m: tensors 'a' and 'b' overlap");
}

}  // namespace
}  // namespace samebits::io
