# SPDX-License-Identifier: Apache-2.0
"""Dividing integers gives a float, correctly rounded even where the integers do not fit one."""


def entry(a: int, b: int) -> float:
    return a / b


CASES = [
    (1, 3),
    (-1, 3),
    (10, 5),
    (9007199254740993, 1),
    (9007199254740993, 9007199254740992),
    (2**62 + 1, 3),
    (0, -4),
    (3, 0),
]
