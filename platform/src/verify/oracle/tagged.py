# SPDX-License-Identifier: Apache-2.0
"""Python values as tagged JSON that loses nothing: floats and scalars as the hexadecimal digits of their bytes
(little-endian), integers as decimal text, arrays and images as base64. Reads no values back."""

import base64
import struct
import sys


def _text(data):
    return base64.b64encode(data).decode("ascii")


def dtype_name(dtype):
    """NumPy's name of a dtype that programs know; None for any other."""
    names = (
        "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128"
    ).split()
    return dtype.name if dtype.name in names else None


def encode(value):
    """The tagged form of a value. What has no form becomes `other`, with its type and repr."""
    if value is None:
        return {"kind": "none"}
    kind = type(value)
    if kind is bool:
        return {"kind": "bool", "value": value}
    if kind is int:
        return {"kind": "int", "value": str(value)}
    if kind is float:
        return {"kind": "float", "hex": struct.pack("<d", value).hex()}
    if kind is str:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return _other(value)
        return {"kind": "str", "value": value}
    if kind is bytes:
        return {"kind": "bytes", "base64": _text(value)}
    if kind is tuple or kind is list:
        return {"kind": kind.__name__, "items": [encode(item) for item in value]}
    if kind is dict:
        return {"kind": "dict", "items": [[encode(key), encode(item)] for key, item in value.items()]}
    return _encode_numpy(value) or _encode_image(value) or _other(value)


def _encode_numpy(value):
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, numpy.generic):
        name = dtype_name(value.dtype)
        return name and {"kind": "scalar", "dtype": name, "hex": value.tobytes().hex()}
    if type(value) is numpy.ndarray:
        name = dtype_name(value.dtype)
        data = numpy.ascontiguousarray(value).tobytes()
        return name and {"kind": "array", "dtype": name, "shape": list(value.shape), "base64": _text(data)}
    return None


def _encode_image(value):
    module = sys.modules.get("PIL.Image")
    if module is None or not isinstance(value, module.Image) or value.mode not in ("L", "RGB", "RGBA"):
        return None
    shape = [value.height, value.width, len(value.mode) if value.mode != "L" else 1]
    return {"kind": "image", "mode": value.mode, "shape": shape, "base64": _text(value.tobytes())}


def _other(value):
    kind = type(value)
    return {"kind": "other", "type": f"{kind.__module__}.{kind.__qualname__}", "repr": repr(value)[:200]}


def type_of(encoded):
    """The type of a tagged value as programs describe types; None where it has none."""
    kind = encoded["kind"]
    if kind in ("none", "bool", "int", "float", "str", "bytes"):
        return {"kind": kind}
    if kind == "scalar":
        return {"kind": kind, "dtype": encoded["dtype"]}
    if kind == "array":
        return {"kind": kind, "dtype": encoded["dtype"], "shape": [None] * len(encoded["shape"])}
    if kind == "image":
        return {"kind": kind, "mode": None}
    if kind == "tuple":
        items = [type_of(item) for item in encoded["items"]]
        return None if None in items else {"kind": kind, "items": items}
    if kind == "list":
        items = [type_of(item) for item in encoded["items"]]
        alike = items and items[0] is not None and all(item == items[0] for item in items)
        return {"kind": kind, "item": items[0]} if alike else None
    return None
