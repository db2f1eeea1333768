# SPDX-License-Identifier: Apache-2.0
"""The C API from Python's ctypes, as someone without a compiler would call it.

    ctypes_consumer.py PATH_OF_LIBRARY
"""
import ctypes
import sys


class Operands(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("dtype", ctypes.c_int),
        ("rows", ctypes.c_int64),
        ("columns", ctypes.c_int64),
        ("x", ctypes.c_void_p),
        ("x_row_stride", ctypes.c_int64),
        ("weight", ctypes.c_void_p),
        ("weight_dtype", ctypes.c_int),
        ("residual", ctypes.c_void_p),
        ("residual_row_stride", ctypes.c_int64),
        ("y", ctypes.c_void_p),
        ("y_row_stride", ctypes.c_int64),
        ("residual_output", ctypes.c_void_p),
        ("residual_output_row_stride", ctypes.c_int64),
    ]


class Options(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("eps", ctypes.c_double),
        ("weight_mode", ctypes.c_int),
        ("residual_mode", ctypes.c_int),
        ("method", ctypes.c_int),
        ("device", ctypes.c_char_p),
        ("threads", ctypes.c_int),
        ("chunk", ctypes.c_int64),
        ("simd", ctypes.c_char_p),
        ("force_exact_path", ctypes.c_int),
    ]


library = ctypes.CDLL(sys.argv[1])
library.samebits_default_options.restype = Options
library.samebits_last_error.restype = ctypes.c_char_p

Four = ctypes.c_float * 4
x, w, y = Four(1.0, -2.0, 3.0, 0.1), Four(1.0, 0.5, 3.0, 7.0), Four()
operands = Operands(
    size=ctypes.sizeof(Operands),
    rows=1,
    columns=4,
    x=ctypes.addressof(x),
    x_row_stride=4,
    weight=ctypes.addressof(w),
    y=ctypes.addressof(y),
    y_row_stride=4,
)
options = library.samebits_default_options()
options.eps = 1e-5
status = library.samebits_rms_norm(ctypes.byref(operands), ctypes.byref(options))
if status != 0:
    sys.exit(library.samebits_last_error().decode())
bits = (ctypes.c_uint32 * 4).from_buffer(y)
print("".join(f"{b:08x} " for b in bits), end="")
