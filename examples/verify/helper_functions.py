# SPDX-License-Identifier: Apache-2.0
"""Helpers are traced through, one inside another, with a default."""


def square(x: float) -> float:
    return x * x


def scaled(x: float, factor: float = 0.5) -> float:
    return square(x) * factor


def entry(x: float, y: float) -> float:
    return scaled(x) + scaled(y, 2.0) - square(x - y)
