# SPDX-License-Identifier: Apache-2.0
"""Reads what a program wrote: results as Python values in memory of our own, errors, latency records."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

from . import layout
from .errors import EverypathError, PythonFrame
from .values import Array, numpy, pil_image

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def _array(dtype: str, code: int, shape: tuple[int, ...], address: int) -> Any:
    size = layout.ITEM_BYTES[code]
    for length in shape:
        size *= length
    if numpy is None:
        return Array(ctypes.string_at(address, size) if size else b"", shape, dtype)
    result = numpy.empty(shape, dtype)
    if size:
        ctypes.memmove(result.__array_interface__["data"][0], address, size)
    return result


def _image(shape: tuple[int, ...], address: int) -> Any:
    height, width, channels = shape
    data = ctypes.string_at(address, height * width * channels)
    if pil_image is None:
        return Array(data, shape, "uint8")
    return pil_image.frombytes(_MODES[channels], (width, height), data)


def _items(address: int, count: int) -> list[Any]:
    data = ctypes.string_at(address, count * layout.VALUE_BYTES) if count else b""
    return [read_value(data, index * layout.VALUE_BYTES) for index in range(count)]


def _scalar(buffer: Any, offset: int, code: int) -> Any:
    dtype = layout.DTYPES[code]
    if dtype.startswith("complex"):
        raise EverypathError(f"the program returned a scalar that this client cannot read ({dtype})")
    head = layout.FLOAT_HEAD if dtype[0] == "f" else layout.UINT_HEAD if dtype[0] == "u" else layout.INT_HEAD
    value = head.unpack_from(buffer, offset)[4]
    if numpy is not None:
        return numpy.dtype(dtype).type(value)
    return bool(value) if dtype == "bool" else value


def read_value(buffer: Any, offset: int) -> Any:
    """One `ep_value` as a Python value. Nothing in the result points into the program's memory."""
    kind, code, rank, _, integer, size, _ = layout.INT_HEAD.unpack_from(buffer, offset)
    if kind == layout.FLOAT:
        return layout.FLOAT_HEAD.unpack_from(buffer, offset)[4]
    if kind == layout.INT:
        return integer
    if kind == layout.NONE:
        return None
    if kind == layout.BOOL:
        return integer != 0
    if kind == layout.SCALAR:
        return _scalar(buffer, offset, code)
    address = integer & 0xFFFFFFFFFFFFFFFF
    if kind in (layout.STR, layout.BYTES):
        data = ctypes.string_at(address, size) if size else b""
        return data.decode() if kind == layout.STR else data
    if kind in (layout.ARRAY, layout.IMAGE):
        shape = layout.DIMENSIONS[rank].unpack_from(buffer, offset + layout.SHAPE_AT)
        return _image(shape, address) if kind == layout.IMAGE else _array(layout.DTYPES[code], code, shape, address)
    if kind == layout.TUPLE:
        return tuple(_items(address, size))
    if kind == layout.LIST:
        return _items(address, size)
    if kind == layout.DICT:
        items = _items(address, size * 2)
        return dict(zip(items[::2], items[1::2]))
    raise EverypathError(f"the program returned a value of unknown kind {kind}")


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode(errors="replace")


class Failure(NamedTuple):
    """What `ep_error` says."""

    type: str
    message: str
    frames: list[PythonFrame]


def read_failure(buffer: Any, offset: int) -> Failure:
    """One `ep_error`."""
    _, count, kind, message = layout.ERROR_HEAD.unpack_from(buffer, offset)
    frames = []
    for index in range(min(count, layout.MAX_FRAMES)):
        line, column, function = layout.FRAME.unpack_from(buffer, offset + layout.FRAMES_AT + index * layout.FRAME.size)
        frames.append(PythonFrame(line, column, _text(function)))
    return Failure(_text(kind), _text(message), frames)


class ProbeRecord(NamedTuple):
    """One (node, size features) cell of latencies, as drained from a program."""

    node: int
    features: list[float]
    calls: int
    total_ns: int
    min_ns: int
    max_ns: int
    samples_ns: list[int]


def read_record(buffer: Any, offset: int) -> ProbeRecord:
    """One `ep_probe_record`."""
    node, count, f0, f1, f2, f3, calls, total, low, high = layout.RECORD_HEAD.unpack_from(buffer, offset)
    samples = layout.SAMPLES.unpack_from(buffer, offset + layout.RECORD_HEAD.size)
    features = [f0, f1, f2, f3][: min(count, 4)]
    return ProbeRecord(node, features, calls, total, low, high, list(samples[: min(calls, layout.MAX_SAMPLES)]))
