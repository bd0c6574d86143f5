# SPDX-License-Identifier: Apache-2.0
"""Writes Python values as `ep_value` by a signature's types. Arrays are passed where they lie, strides and all.

A writer takes (value, name, buffer, offset, call) and raises `ArgumentError` for what is not of its type. `call` holds
what must outlive the call, and the lengths that named dimensions have in it.
"""

from __future__ import annotations

import ctypes
from typing import Any, Callable

from . import layout
from .errors import ArgumentError, UnsupportedError
from .values import Array, numpy, pil_image, type_text, value_text


class Call:
    """One call's loans: memory to keep alive, and named lengths bound so far."""

    __slots__ = ("keep", "lengths")

    def __init__(self) -> None:
        self.keep: list[Any] = []
        self.lengths: dict[str, tuple[int, str]] = {}


Writer = Callable[[Any, str, bytearray, int, Call], None]

_INT_HEAD = layout.INT_HEAD.pack_into
_UINT_HEAD = layout.UINT_HEAD.pack_into
_FLOAT_HEAD = layout.FLOAT_HEAD.pack_into
_INT64 = range(-(2**63), 2**63)


def _mismatch(type: dict[str, Any], value: object, name: str, more: str = "") -> ArgumentError:
    return ArgumentError(
        name.split("[", 1)[0], f"argument '{name}': expected {type_text(type)}, got {value_text(value)}{more}"
    )


def _address_of(data: Any, call: Call) -> int:
    """Where the bytes of a bytes-like object lie; it is kept alive for the call."""
    if isinstance(data, bytes):
        pointer = ctypes.c_char_p(data)
        call.keep.append(data)
        return ctypes.cast(pointer, ctypes.c_void_p).value or 0
    view = memoryview(data)
    if view.readonly or not view.c_contiguous:
        return _address_of(bytes(view), call)
    held = (ctypes.c_char * view.nbytes).from_buffer(view)
    call.keep.append(held)
    return ctypes.addressof(held)


def _none(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
    if value is not None:
        raise _mismatch({"kind": "none"}, value, name)
    _INT_HEAD(buffer, offset, layout.NONE, 0, 0, 0, 0, 0, 0)


def _bool(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
    if not isinstance(value, bool) and not (numpy is not None and isinstance(value, numpy.bool_)):
        raise _mismatch({"kind": "bool"}, value, name)
    _INT_HEAD(buffer, offset, layout.BOOL, 0, 0, 0, bool(value), 0, 0)


def _int(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
    if type(value) is not int:
        integral = isinstance(value, int) or (numpy is not None and isinstance(value, numpy.integer))
        if isinstance(value, bool) or not integral:
            raise _mismatch({"kind": "int"}, value, name)
        value = int(value)
    if value not in _INT64:
        raise UnsupportedError(f"argument '{name}': {value} does not fit into 64 bits")
    _INT_HEAD(buffer, offset, layout.INT, 0, 0, 0, value, 0, 0)


def _float(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
    if type(value) is not float:
        value = _as_float({"kind": "float"}, value, name)
    _FLOAT_HEAD(buffer, offset, layout.FLOAT, 0, 0, 0, value, 0, 0)


def _as_float(type: dict[str, Any], value: Any, name: str) -> float:
    # An int is welcome where a float is expected (PEP 484, the numeric tower).
    real = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not real and not (numpy is not None and isinstance(value, (numpy.integer, numpy.floating))):
        raise _mismatch(type, value, name)
    return float(value)


def _str(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
    if not isinstance(value, str):
        raise _mismatch({"kind": "str"}, value, name)
    data = value.encode()
    _UINT_HEAD(buffer, offset, layout.STR, 0, 0, 0, _address_of(data, call), len(data), 0)


def _bytes(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise _mismatch({"kind": "bytes"}, value, name)
    size = memoryview(value).nbytes
    address = _address_of(value, call) if size else 0
    _UINT_HEAD(buffer, offset, layout.BYTES, 0, 0, 0, address, size, 0)


def _scalar(type: dict[str, Any]) -> Writer:
    dtype = type["dtype"]
    code = layout.DTYPES.index(dtype)
    if dtype.startswith("complex"):
        raise UnsupportedError(f"a {dtype} scalar cannot cross the program's border")

    def check_dtype(value: Any, name: str) -> None:
        if numpy is not None and isinstance(value, numpy.generic) and value.dtype.name != dtype:
            raise _mismatch(type, value, name)

    def write_float(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
        check_dtype(value, name)
        _FLOAT_HEAD(buffer, offset, layout.SCALAR, code, 0, 0, _as_float(type, value, name), 0, 0)

    if dtype.startswith("float"):
        return write_float

    bits = layout.ITEM_BYTES[code] * 8
    allowed = range(2) if dtype == "bool" else range(2**bits) if dtype[0] == "u" else range(-(2 ** (bits - 1)), 2 ** (bits - 1))
    head = _UINT_HEAD if dtype[0] == "u" else _INT_HEAD

    def write_integer(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
        check_dtype(value, name)
        integral = isinstance(value, int) or (numpy is not None and isinstance(value, (numpy.integer, numpy.bool_)))
        if not integral or (dtype == "bool") != isinstance(value, (bool, *((numpy.bool_,) if numpy else ()))):
            raise _mismatch(type, value, name)
        if int(value) not in allowed:
            raise _mismatch(type, value, name, f", outside {allowed[0]}…{allowed[-1]}")
        head(buffer, offset, layout.SCALAR, code, 0, 0, int(value), 0, 0)

    return write_integer


def _check_lengths(type: dict[str, Any], shape: tuple[int, ...], value: Any, name: str, call: Call) -> None:
    dims = type["shape"]
    if len(shape) != len(dims):
        raise _mismatch(type, value, name, f": rank {len(shape)} instead of {len(dims)}")
    for axis, (dim, length) in enumerate(zip(dims, shape)):
        if isinstance(dim, int):
            if dim != length:
                raise _mismatch(type, value, name, f": axis {axis} must be {dim}")
        elif dim is not None:
            bound, whose = call.lengths.setdefault(dim, (length, name))
            if bound != length:
                whence = "another axis" if whose == name else f"argument '{whose}'"
                raise _mismatch(type, value, name, f": {dim} is {length} here but {bound} in {whence}")


def _write_shaped(
    buffer: bytearray, offset: int, kind: int, code: int, address: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    rank = len(shape)
    _UINT_HEAD(buffer, offset, kind, code, rank, 0, address, 0, 0)
    layout.DIMENSIONS[rank].pack_into(buffer, offset + layout.SHAPE_AT, *shape)
    layout.DIMENSIONS[rank].pack_into(buffer, offset + layout.STRIDES_AT, *strides)


def _contiguous(shape: tuple[int, ...], item: int) -> tuple[int, ...]:
    strides = []
    for length in reversed(shape):
        strides.append(item)
        item *= length
    return tuple(reversed(strides))


def _array(type: dict[str, Any]) -> Writer:
    dtype = type["dtype"]
    code = layout.DTYPES.index(dtype)
    if len(type["shape"]) > layout.MAX_RANK:
        raise UnsupportedError(f"arrays of rank {len(type['shape'])} cannot cross the program's border")

    def write(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
        if numpy is not None and isinstance(value, numpy.ndarray):
            if value.dtype.name != dtype or not value.dtype.isnative:
                raise _mismatch(type, value, name)
            _check_lengths(type, value.shape, value, name, call)
            if not value.flags.aligned:
                value = value.copy()
            call.keep.append(value)
            address = value.__array_interface__["data"][0]
            _write_shaped(buffer, offset, layout.ARRAY, code, address, value.shape, value.strides)
            return
        if not isinstance(value, Array) or value.dtype != dtype:
            raise _mismatch(type, value, name, "" if isinstance(value, Array) else "; pass a NumPy array")
        _check_lengths(type, value.shape, value, name, call)
        strides = _contiguous(value.shape, layout.ITEM_BYTES[code])
        address = _address_of(value.data, call)
        _write_shaped(buffer, offset, layout.ARRAY, code, address, value.shape, strides)

    return write


_CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}


def _image(type: dict[str, Any]) -> Writer:
    mode = type.get("mode")
    uint8 = layout.DTYPES.index("uint8")

    def write(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
        if pil_image is not None and isinstance(value, pil_image.Image):
            if value.mode not in _CHANNELS or (mode is not None and value.mode != mode):
                raise _mismatch(type, value, name, f"; convert it with .convert('{mode or 'RGB'}')")
            shape = (value.height, value.width, _CHANNELS[value.mode])
            # Pillow keeps RGB as four bytes a pixel in rows of its own: this copy cannot be avoided.
            address = _address_of(value.tobytes(), call)
            _write_shaped(buffer, offset, layout.IMAGE, uint8, address, shape, _contiguous(shape, 1))
            return
        if numpy is not None and isinstance(value, numpy.ndarray) and value.dtype == numpy.uint8:
            shape = value.shape if value.ndim == 3 else (*value.shape, 1)
            strides = value.strides if value.ndim == 3 else (*value.strides, 1)
            if len(shape) == 3 and shape[2] in ((1, 3, 4) if mode is None else (_CHANNELS[mode],)):
                call.keep.append(value)
                address = value.__array_interface__["data"][0]
                _write_shaped(buffer, offset, layout.IMAGE, uint8, address, shape, strides)
                return
        raise _mismatch(type, value, name, "; pass a Pillow image or a uint8 array of height × width × channels")

    return write


def _write_items(
    kind: int, size: int, items: list[tuple[Writer, Any]], name: str, buffer: bytearray, offset: int, call: Call
) -> None:
    inner = bytearray(len(items) * layout.VALUE_BYTES)
    for index, (writer, item) in enumerate(items):
        writer(item, f"{name}[{index}]", inner, index * layout.VALUE_BYTES, call)
    address = _address_of(inner, call) if items else 0
    _UINT_HEAD(buffer, offset, kind, 0, 0, 0, address, size, 0)


def _tuple(type: dict[str, Any]) -> Writer:
    writers = [writer_for(item) for item in type["items"]]

    def write(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
        if not isinstance(value, tuple) or len(value) != len(writers):
            raise _mismatch(type, value, name)
        _write_items(layout.TUPLE, len(value), list(zip(writers, value)), name, buffer, offset, call)

    return write


def _list(type: dict[str, Any]) -> Writer:
    writer = writer_for(type["item"])

    def write(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
        if not isinstance(value, list):
            raise _mismatch(type, value, name)
        _write_items(layout.LIST, len(value), [(writer, item) for item in value], name, buffer, offset, call)

    return write


def _dict(type: dict[str, Any]) -> Writer:
    key_writer, value_writer = writer_for(type["key"]), writer_for(type["value"])

    def write(value: Any, name: str, buffer: bytearray, offset: int, call: Call) -> None:
        if not isinstance(value, dict):
            raise _mismatch(type, value, name)
        items: list[tuple[Writer, Any]] = []
        for key, item in value.items():
            items += [(key_writer, key), (value_writer, item)]
        _write_items(layout.DICT, len(value), items, name, buffer, offset, call)

    return write


_SIMPLE: dict[str, Writer] = {
    "none": _none,
    "bool": _bool,
    "int": _int,
    "float": _float,
    "str": _str,
    "bytes": _bytes,
}
_SHAPED: dict[str, Callable[[dict[str, Any]], Writer]] = {
    "scalar": _scalar,
    "array": _array,
    "image": _image,
    "tuple": _tuple,
    "list": _list,
    "dict": _dict,
}


def writer_for(type: dict[str, Any]) -> Writer:
    """The writer of a type. Raises `UnsupportedError` for types that have no place in `ep_value`."""
    kind = type["kind"]
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind in _SHAPED:
        return _SHAPED[kind](type)
    raise UnsupportedError(f"this client does not know the type '{kind}': update it")
