# SPDX-License-Identifier: Apache-2.0
"""Integer floor division and remainder round towards minus infinity; both raise on zero."""


def entry(a: int, b: int) -> tuple[int, int]:
    return a // b, a % b


CASES = [(7, 2), (-7, 2), (7, -2), (-7, -2), (0, 5), (6, 3), (1, 0), (2**62, -3)]
