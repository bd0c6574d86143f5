# SPDX-License-Identifier: Apache-2.0
"""Euclid: a while loop with a swap."""


def entry(a: int, b: int) -> int:
    while b != 0:
        a, b = b, a % b
    return abs(a)
