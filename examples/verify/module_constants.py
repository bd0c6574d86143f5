# SPDX-License-Identifier: Apache-2.0
"""Module-level values are constants of the program."""

import math

SCALE = 2.5
OFFSETS = (1.0, -2.0, 4.0)
LIMIT = 10 * SCALE


def entry(x: float) -> float:
    y = x * SCALE + OFFSETS[1] + math.pi
    return LIMIT if y > LIMIT else y
