# SPDX-License-Identifier: Apache-2.0
"""Arrays where NumPy is not installed, and how types and values read in messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

try:
    import numpy
except ImportError:  # pragma: no cover - depends on what is installed
    numpy = None  # type: ignore[assignment]

try:
    from PIL import Image as pil_image
except ImportError:  # pragma: no cover - depends on what is installed
    pil_image = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Array:
    """A C-contiguous array as bytes, for Pythons without NumPy or Pillow."""

    data: bytes
    shape: tuple[int, ...]
    dtype: str


def type_text(type: dict[str, Any]) -> str:
    """A type as a person writes it: `float32[n, 3]`, `image RGB`."""
    kind = type["kind"]
    if kind == "scalar":
        return type["dtype"]
    if kind == "array":
        return f"{type['dtype']}[{', '.join('?' if dim is None else str(dim) for dim in type['shape'])}]"
    if kind == "image":
        return f"image {type['mode']}" if type.get("mode") else "image"
    if kind == "tuple":
        return f"tuple[{', '.join(type_text(item) for item in type['items'])}]"
    if kind == "list":
        return f"list[{type_text(type['item'])}]"
    if kind == "dict":
        return f"dict[{type_text(type['key'])}, {type_text(type['value'])}]"
    return kind


def value_text(value: object) -> str:
    """What a value is, never its contents beyond a number."""
    if value is None or isinstance(value, (bool, int, float)):
        return f"{type(value).__name__} {value}"
    if numpy is not None and isinstance(value, numpy.ndarray):
        return f"{value.dtype}[{', '.join(map(str, value.shape))}]"
    if isinstance(value, Array):
        return f"{value.dtype}[{', '.join(map(str, value.shape))}]"
    if pil_image is not None and isinstance(value, pil_image.Image):
        return f"image {value.mode} {value.width} × {value.height}"
    if isinstance(value, (tuple, list, dict)):
        return f"{type(value).__name__} of {len(value)}"
    return type(value).__name__
