#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Writes official_verdicts.inc: which files the official readers accept. Needs numpy, ml_dtypes and
# safetensors, which the tests themselves do not.
#
#   python3 tests/io/official_verdicts.py > tests/io/official_verdicts.inc
import io
import json
import re
import struct
import warnings

import ml_dtypes  # noqa: F401, makes 'bfloat16' a dtype of NumPy
import numpy as np
import safetensors

warnings.simplefilter("ignore")


def npy(text, data=b"", version=1):
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode("latin1") + data


def header(descr="<f4", shape="(2,)", order="False"):
    return f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n"


def numpy_accepts(file):
    try:
        array = np.load(io.BytesIO(file))
    except Exception:
        return False
    return type(array) is np.ndarray


def npy_cases():
    eight, sixteen = b"12345678", b"1234567812345678"
    for descr in ["<f4", "=f4", "|f4", "f4", "f", "<f", "=f", "single", "float32", "<f2", "=f2",
                  "|f2", "f2", "e", "<e", "half", "float16", "<V2", "|V2", "=V2", "V2", "bfloat16",
                  "Float32", "<float32", " f4", "f4 ", "<|f4", "==f4", "e2", "v2", "void16",
                  "<bfloat16", "", "E"]:
        yield f"dtype {descr!r}", npy(header(descr), eight)
    for shape in ["(1, 2)", "(1, 2,)", "(2L,)", "(1L, 2L)", "(2 L,)", "(2\nL,)", "(2l,)", "(2LL,)", "(L,)",
                  "(2)", "2", "[2]", "(2.0,)", "(02,)", "(2,,)", "(,)", "(1 2)", "(-1,)", "(True, 2)",
                  "('2',)", "(2,)(", "(0, 4294967296, 4294967296, 1)", "(0, 3)"]:
        for version in [1, 2, 3]:
            yield f"shape {shape}, version {version}", npy(header(shape=shape), eight, version)
    for shape in ["(4,)", "(1, 4)", "(4, 1)", "(1, 4, 1)", "(0, 3)", "(3, 0, 2)"]:
        yield f"Fortran order, {shape}", npy(header(shape=shape, order="True"), sixteen)
    for name, text in {
        "a key twice": "{'shape': (9,), 'descr': '<f8', 'descr': '<f4', 'fortran_order': True, "
                       "'fortran_order': False, 'shape': (2,)}",
        "another key": "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}",
        "no shape": "{'descr': '<f4', 'fortran_order': False}",
        "a number for fortran_order": "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
        "something after": header() + ";",
        "a zero byte after": header() + "\0",
        "a space that is none": header() + "\xa0",
        "a line break before": "\n" + header(),
        "line breaks after": header() + "\n\n",
        "a vertical tab": header().replace(", ", ",\v", 1),
        "nothing": "",
        "a list": "['<f4', False, (2,)]",
    }.items():
        yield name, npy(text, eight)
    for length in [10000, 10001]:
        text = header().rstrip()
        yield f"a header of {length} bytes", npy(text + " " * (length - len(text)), eight)
    yield "bytes after", npy(header(), eight + b"9")
    yield "too few bytes", npy(header(), eight[:7])
    yield "version 4", npy(header(), eight, 4)
    yield "version 1.1", npy(header(), eight).replace(b"\x01\0", b"\x01\x01", 1)


def official_accepts(file):
    try:
        safetensors.deserialize(file)
    except Exception:
        return False
    return True


DTYPES = ["F32", "F16", "BF16", "BOOL", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64", "F64",
          "C64", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F6_E2M3", "F6_E3M2",
          "F4"]


def entry(name="a", dtype="F32", shape="[1]", offsets="[0,4]", more=""):
    return f'"{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}{more}}}'


def safetensors_file(text, data=b""):
    text = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(text)) + text + data


def safetensors_cases():
    four, eight = b"1234", b"12345678"
    good = "{" + entry() + "}"

    def tensors(*entries, data=four):
        return safetensors_file("{" + ",".join(entries) + "}", data)

    yield "one tensor", tensors(entry())
    for name, metadata in {"null": "null", "{}": "{}", "strings": '{"a":"1","b":""}',
                           "a name twice": '{"a":"1","a":"2"}', "a number": '{"a":1}',
                           "a null": '{"a":null}', "a list in it": '{"a":[]}',
                           "an object in it": '{"a":{}}', "an array": "[]", "a string": '"x"',
                           "a truth": "true"}.items():
        yield f"metadata: {name}", tensors(f'"__metadata__":{metadata}', entry())
    yield "metadata twice", tensors('"__metadata__":null', '"__metadata__":null', entry())
    yield "metadata, escaped", tensors('"__m\\u0065tadata__":{"a":1}', entry())
    for name, more in {"a number": ',"x":1', "nested": ',"x":[1,{"y":[null,true,-1.5,"z"]}]',
                       "twice": ',"x":1,"x":[]', "called like one": ',"dtypes":"F32"',
                       "infinite": ',"x":1e999', "large": ',"x":99999999999999999999999',
                       "lone surrogate": ',"x":"\\ud800"', "zero, escaped": ',"x":"\\u0000"',
                       "control": ',"x":"\x01"', "delete": ',"x":"\x7f"', "bad escape": ',"x":"\\x"',
                       "deep": ',"x":' + "[" * 125 + "]" * 125,
                       "too deep": ',"x":' + "[" * 126 + "]" * 126}.items():
        yield f"unknown key: {name}", tensors(entry(more=more))
    yield "dtype twice", tensors(entry(more=',"dtype":"F32"'))
    yield "a tensor twice", tensors(entry(offsets="[4,8]"), entry())
    yield "a tensor twice, once of no dtype", tensors(entry(dtype="F33"), entry())
    yield "a tensor twice, once broken", tensors('"a":5', entry())
    yield "no name", tensors(entry(""))
    yield "a pair of surrogates", tensors(entry("\\ud83d\\ude00"))
    for name, text in {"a byte order mark": "\ufeff" + good, "a zero byte after": good + "\0",
                       "a zero byte and more": good + "\0xyz", "white space after": good + " \n\r\t",
                       "white space before": "\n " + good, "a form feed after": good + "\f",
                       "more after": good + "x", "a comment": good + "//", "a comma": good[:-1] + ",}",
                       "nothing": "", "a zero byte": "\0", "null": "null", "an array": "[]",
                       "invalid UTF-8": good.encode()[:-1] + b',"\xff":1}'}.items():
        yield f"header: {name}", safetensors_file(text, four)
    yield "header: {}", safetensors_file("{}")
    yield "header: {} and data", safetensors_file("{}", b"1")
    for name, others in {"inside": "[4,4]", "at the end": "[8,8]", "at the beginning": "[0,0]",
                         "beyond": "[9,9]", "reversed": "[8,4]"}.items():
        yield f"an empty tensor {name}", tensors(entry(shape="[2]", offsets="[0,8]"),
                                                 entry("b", shape="[0]", offsets=others), data=eight)
    yield "an empty tensor between", tensors(entry(), entry("c", offsets="[4,8]"),
                                             entry("b", shape="[0]", offsets="[4,4]"), data=eight)
    yield "overlap", tensors(entry(shape="[2]", offsets="[0,8]"), entry("b", offsets="[4,8]"), data=eight)
    yield "a hole", tensors(entry(offsets="[4,8]"), data=eight)
    yield "data after", tensors(entry(), data=b"12345")
    for shape in ["[]", "[1.0]", "[-1]", "[-0]", "[1e0]", "null", "{}", '["1"]', "[[1]]",
                  "[" + ",".join("1" * 65) + "]"]:
        yield f"shape {shape[:9]}", tensors(entry(shape=shape))
    for shape in ["[0,18446744073709551615]", "[18446744073709551615,0]", "[9223372036854775808,2,0]",
                  "[0,9223372036854775808,2]", "[18446744073709551616,0]", "[576460752303423488,0]",
                  "[0]", "[4611686018427387904]"]:
        yield f"shape {shape}", tensors(entry(shape=shape, offsets="[0,0]"), data=b"")
    for offsets in ["[0]", "[0,4,4]", "{}", "null", "[0,-4]", "[4,0]", "[0.0,4]"]:
        yield f"offsets {offsets}", tensors(entry(offsets=offsets))
    for value in ["null", "15", '"f32"', '"F31"', '""', '"\\u004632"', "[]"]:
        yield f"dtype {value}", tensors(f'"a":{{"dtype":{value},"shape":[1],"data_offsets":[0,4]}}')
    for dtype in DTYPES + ["F128", "I4", "F8_E3M4"]:
        for size in [2, 3, 4, 8, 16, 32]:
            yield f"four of {dtype} in {size} bytes", tensors(
                entry(dtype=dtype, shape="[4]", offsets=f"[0,{size}]"), data=b"x" * size)
    yield "three of F4", tensors(entry(dtype="F4", shape="[3]", offsets="[0,2]"), data=b"12")
    for value in ["null", "1", "[]", '"x"', "{}"]:
        yield f"a tensor that is {value}", tensors(f'"a":{value}')
    yield "seven bytes", b"1234567"
    yield "a length that lies", struct.pack("<Q", 3) + b"{}"
    yield "a length beyond the limit", struct.pack("<Q", 100000001) + b"{}"
    yield "the largest length", b"\xff" * 8 + b"{}"


def literal(file):
    """The bytes in C++; a long run of spaces as what it is."""
    parts = re.split(b"( {100,})", file)
    return " + ".join(f"std::string({len(part)}, ' ')" if i % 2 else characters(part)
                      for i, part in enumerate(parts))


def characters(file):
    return '"' + "".join(f"\\{byte:03o}" if byte < 32 or byte > 126 or chr(byte) in '"\\?'
                         else chr(byte) for byte in file) + '"s'


def table(name, cases, accepts):
    print(f"const std::vector<Verdict> {name} = {{")
    for title, file in cases:
        word = "true" if accepts(file) else "false"
        print(f"    {{{json.dumps(title)}, {word}, {literal(file)}}},")
    print("};\n")


print("// SPDX-License-Identifier: Apache-2.0")
print("// clang-format off")
print("//")
print(f"// Written by official_verdicts.py with NumPy {np.__version__}, ml_dtypes "
      f"{ml_dtypes.__version__} and safetensors {safetensors.__version__}.\n")
table("kNumpyVerdicts", npy_cases(), numpy_accepts)
table("kSafetensorsVerdicts", safetensors_cases(), official_accepts)
