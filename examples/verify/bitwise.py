# SPDX-License-Identifier: Apache-2.0
"""Bitwise operators, and shifts in both directions."""


def entry(a: int, b: int) -> int:
    return ((a & b) | (a ^ 255)) + (a << 3) - (b >> 2) + ~a


CASES = [(0, 0), (5, 3), (-5, 3), (1023, -1), (-(2**40), 2**33 + 5)]
