# SPDX-License-Identifier: Apache-2.0
"""Float floor division and remainder take the sign of the divisor, down to the sign of zero."""


def entry(a: float, b: float) -> tuple[float, float]:
    return a // b, a % b


CASES = [
    (7.5, 2.0),
    (-7.5, 2.0),
    (7.5, -2.0),
    (-0.0, 3.0),
    (1e300, 1e-3),
    (5.0, 0.0),
    (float("inf"), 2.0),
    (2.0, float("inf")),
    (-2.0, float("inf")),
]
