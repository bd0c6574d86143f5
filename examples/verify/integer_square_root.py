# SPDX-License-Identifier: Apache-2.0
"""Newton's method on integers."""


def entry(n: int) -> int:
    if n < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    if n == 0:
        return 0
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


CASES = [(0,), (1,), (15,), (16,), (17,), (10**12,), (2**61,), (-1,)]
