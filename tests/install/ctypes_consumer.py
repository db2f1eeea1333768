# SPDX-License-Identifier: Apache-2.0
"""The C API from Python's ctypes, as someone without a compiler would call it.

    ctypes_consumer.py PATH_OF_LIBRARY
"""
import ctypes
import sys


class RmsNormArgs(ctypes.Structure):
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
        ("eps", ctypes.c_double),
        ("weight_mode", ctypes.c_int),
        ("residual_mode", ctypes.c_int),
    ]


class Where(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("device", ctypes.c_char_p),
        ("threads", ctypes.c_int),
    ]


library = ctypes.CDLL(sys.argv[1])
library.samebits_rms_norm_init.restype = RmsNormArgs
library.samebits_where_init.restype = Where
library.samebits_last_error.restype = ctypes.c_char_p

Four = ctypes.c_float * 4
x, w, y = Four(1.0, -2.0, 3.0, 0.1), Four(1.0, 0.5, 3.0, 7.0), Four()
args = library.samebits_rms_norm_init()
args.rows, args.columns = 1, 4
args.x, args.x_row_stride = ctypes.addressof(x), 4
args.weight = ctypes.addressof(w)
args.y, args.y_row_stride = ctypes.addressof(y), 4
args.eps = 1e-5
where = library.samebits_where_init()
where.threads = 1
status = library.samebits_rms_norm(ctypes.byref(args), ctypes.byref(where))
if status != 0:
    sys.exit(library.samebits_last_error().decode())
bits = (ctypes.c_uint32 * 4).from_buffer(y)
print("".join(f"{b:08x} " for b in bits), end="")
