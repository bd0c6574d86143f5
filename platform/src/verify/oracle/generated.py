# SPDX-License-Identifier: Apache-2.0
"""Cases made from annotations, for a function that brings none: edge values first, then seeded random ones. The
same seed makes the same cases on every machine."""

import random
import re
import string
import typing

COUNT = 24

EDGES = {
    bool: [False, True],
    int: [0, 1, -1, 2, 7, -13, 64, 255, 1000],
    float: [0.0, 1.0, -1.0, 0.5, -0.0, 3.25, -2.7182818284590452, 1e-9, 123456.789, 1e17],
    str: ["", "a", "Hello, world", "  two words ", "1234", "Größe", "naïve café", "a,b,,c"],
    bytes: [b"", b"a", b"\x00\xff", b"hello world"],
}


class NotGenerated(Exception):
    """An annotation that no value can be made for."""


def _scalar(kind, index, source):
    edges = EDGES[kind]
    if index < len(edges):
        return edges[index]
    if kind is bool:
        return source.random() < 0.5
    if kind is int:
        return source.randint(-100, 100)
    if kind is float:
        return source.choice([source.uniform(-1, 1), source.uniform(-1000, 1000), source.gauss(0, 1e-3)])
    letters = "".join(source.choices(string.ascii_letters + string.digits + " ", k=source.randint(0, 20)))
    return letters if kind is str else letters.encode()


def _dimensions(text, rank, sizes, index, source):
    """Lengths for a shape like `n d` or `3 224 224`; a name keeps its length within a case."""
    words = text.replace(",", " ").split() if text else [None] * (rank or 1)
    shape = []
    for word in words:
        if word is not None and re.fullmatch(r"\d+", word):
            shape.append(int(word))
        else:
            length = [1, 2, 3, 16, 17][index] if index < 5 else source.randint(1, 40)
            shape.append(length if word is None else sizes.setdefault(word, source.randint(1, 40)))
    return shape


def _array(dtype, shape, source):
    import numpy

    generator = numpy.random.default_rng(source.getrandbits(32))
    kind = numpy.dtype(dtype)
    if kind.kind == "b":
        return generator.random(shape) < 0.5
    if kind.kind in "iu":
        low, high = (0, 200) if kind.kind == "u" else (-100, 100)
        return generator.integers(low, high, shape).astype(kind)
    if kind.kind == "c":
        return (generator.standard_normal(shape) + 1j * generator.standard_normal(shape)).astype(kind)
    return generator.standard_normal(shape).astype(kind)


def _value(annotation, sizes, index, source, text=None):
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        note = next((item for item in arguments[1:] if isinstance(item, str)), text)
        return _value(arguments[0], sizes, index, source, note)
    if annotation is None or annotation is type(None):
        return None
    if annotation in EDGES:
        return _scalar(annotation, index, source)
    if origin is list and arguments:
        return [_value(arguments[0], sizes, index + i, source) for i in range(min(index, 6))]
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return tuple(_value(item, sizes, index, source) for item in arguments)
    if origin is dict and len(arguments) == 2:
        return {
            _value(arguments[0], sizes, index + i, source): _value(arguments[1], sizes, index + i, source)
            for i in range(min(index, 5))
        }
    if getattr(origin, "__name__", "") == "ndarray" or getattr(annotation, "__name__", "") == "ndarray":
        dtype = typing.get_args(arguments[-1])[0] if len(arguments) > 1 else "float64"
        return _array(dtype, _dimensions(text, None, sizes, index, source), source)
    if getattr(annotation, "__module__", "") == "PIL.Image":
        from PIL import Image

        width, height = source.randint(1, 48), source.randint(1, 48)
        return Image.fromarray(_array("uint8", (height, width, 3), source), "RGB")
    try:
        import numpy

        if isinstance(annotation, type) and issubclass(annotation, numpy.generic):
            return annotation(_array(annotation, (), source))
    except ImportError:
        pass
    raise NotGenerated(f"no values can be made for the annotation {annotation!r}: give the file a CASES list")


def generate(annotations, seed):
    """Argument tuples for parameters with these annotations."""
    if not annotations:
        return [()]
    source = random.Random(seed)
    cases = []
    for case in range(COUNT):
        sizes = {}
        # Each parameter walks the edge values from a place of its own, so that they meet in many pairs.
        cases.append(
            tuple(
                _value(annotation, sizes, (case * (2 * place + 1)) % 12, source)
                for place, annotation in enumerate(annotations)
            )
        )
    return cases
