# SPDX-License-Identifier: Apache-2.0
"""A batch in the compact encoding of `docs/telemetry-protocol.md`: CBOR (RFC 8949) whose records are columns, numbers
in little-endian typed arrays (RFC 8746). The same batch always becomes the same bytes."""

from __future__ import annotations

import struct
import uuid
from typing import Any, Sequence

_UINT, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = 0, 2, 3, 4, 5, 6
_UINT8, _UINT32, _FLOAT64 = 64, 70, 86
_SAFE_END = 2**53


def _head(major: int, value: int) -> bytes:
    first = major << 5
    if value < 24:
        return bytes([first | value])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << (8 * size):
            return bytes([first | info]) + value.to_bytes(size, "big")
    raise ValueError(f"{value} does not fit 64 bits")


def _integral(value: float) -> bool:
    # What has no fraction is an integer on the wire, however Python holds it; as in JavaScript.
    return 0 <= value < _SAFE_END and float(value).is_integer()


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return _head(_TEXT, len(text)) + text
    if isinstance(value, (int, float)):
        return _head(_UINT, int(value)) if _integral(value) else b"\xfb" + struct.pack(">d", value)
    if isinstance(value, dict):
        return _head(_MAP, len(value)) + b"".join(_value(key) + _value(item) for key, item in value.items())
    return _head(_ARRAY, len(value)) + b"".join(map(_value, value))


def _bytes(data: bytes) -> bytes:
    return _head(_BYTES, len(data)) + data


def _numbers(values: Sequence[float], narrow: bool | None = None) -> bytes:
    """In four bytes each where all are integers that fit, else in eight."""
    if narrow is None:
        narrow = all(_integral(value) and value < 1 << 32 for value in values)
    if narrow:
        return _head(_TAG, _UINT32) + _bytes(struct.pack(f"<{len(values)}I", *map(int, values)))
    return _head(_TAG, _FLOAT64) + _bytes(struct.pack(f"<{len(values)}d", *values))


def _counts(parts: Sequence[Sequence[float]]) -> bytes:
    return _head(_TAG, _UINT8) + _bytes(bytes(map(len, parts)))


def encode_batch(batch: dict[str, Any]) -> bytes:
    """The bytes that travel as `application/cbor`."""
    records = batch["records"]
    features = [record["features"] for record in records]
    samples = [record["samplesNs"] for record in records]
    columns = {
        "node": _numbers([record["node"] for record in records]),
        "calls": _numbers([record["calls"] for record in records]),
        "featureCounts": _counts(features),
        "features": _numbers([each for part in features for each in part], narrow=False),
        "sampleCounts": _counts(samples),
        "samplesNs": _numbers([each for part in samples for each in part]),
    }
    entries = {
        "version": _value(batch["version"]),
        "batchId": _bytes(uuid.UUID(batch["batchId"]).bytes),
        **{key: _value(batch[key]) for key in ("token", "tag", "variant", "cause", "sealedAtMs", "device")},
        "columns": _head(_MAP, len(columns)) + b"".join(_value(key) + column for key, column in columns.items()),
    }
    return _head(_MAP, len(entries)) + b"".join(_value(key) + entry for key, entry in entries.items())
