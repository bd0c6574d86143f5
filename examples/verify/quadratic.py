# SPDX-License-Identifier: Apache-2.0
"""Roots of a quadratic, numerically stable; complex roots raise."""

import math


def entry(a: float, b: float, c: float) -> tuple[float, float]:
    discriminant = b * b - 4.0 * a * c
    if discriminant < 0.0:
        raise ValueError("no real roots")
    root = math.sqrt(discriminant)
    q = -0.5 * (b + root) if b >= 0.0 else -0.5 * (b - root)
    return q / a, c / q


CASES = [
    (1.0, -3.0, 2.0),
    (1.0, 1e8, 1.0),
    (2.0, 4.0, 2.0),
    (1.0, 0.0, 1.0),
    (0.0, 2.0, 1.0),
    (1.0, 0.0, 0.0),
]
