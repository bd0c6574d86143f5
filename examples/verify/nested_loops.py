# SPDX-License-Identifier: Apache-2.0
"""Loops in loops, with continue and a negative step."""


def entry(n: int) -> int:
    total = 0
    for i in range(n):
        if i % 3 == 1:
            continue
        for j in range(i, -1, -2):
            total += i * j
            if total > 100_000:
                break
    return total


CASES = [(0,), (1,), (2,), (10,), (50,), (200,), (-4,)]
