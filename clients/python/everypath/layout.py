# SPDX-License-Identifier: Apache-2.0
"""The numbers of `schema/include/everypath.h`: sizes, offsets and how their words pack. No behaviour."""

from __future__ import annotations

import struct

ABI_VERSION = 1
MAX_RANK = 8

VALUE_BYTES = 168
ERROR_BYTES = 1024
RECORD_BYTES = 328

# ep_value: kind, dtype, rank, flags, as, size, owner; then shape and strides.
INT_HEAD = struct.Struct("<IIIIqQQ")
UINT_HEAD = struct.Struct("<IIIIQQQ")
FLOAT_HEAD = struct.Struct("<IIIIdQQ")
DIMENSIONS = [struct.Struct(f"<{rank}q") for rank in range(MAX_RANK + 1)]
SHAPE_AT = 40
STRIDES_AT = 104

# ep_error: status, frame count, type, message; then ep_frame[8].
ERROR_HEAD = struct.Struct("<II56s448s")
FRAME = struct.Struct("<II56s")
FRAMES_AT = 512
MAX_FRAMES = 8

# ep_probe_record: node, feature count, 4 features, calls, total, min, max; then 32 samples.
RECORD_HEAD = struct.Struct("<II4dQQQQ")
SAMPLES = struct.Struct("<32Q")
MAX_SAMPLES = 32

OK, RAISED, INVALID_ARGUMENT, OUT_OF_MEMORY, UNSUPPORTED = range(5)

NONE, BOOL, INT, FLOAT, STR, BYTES, SCALAR, ARRAY, IMAGE, TUPLE, LIST, DICT = range(12)

#: A dtype's number is its place here.
DTYPES = (
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)
ITEM_BYTES = (1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 8, 16)
