# SPDX-License-Identifier: Apache-2.0
"""Integer powers: of a positive exponent an int."""


def entry(base: int, exponent: int) -> int:
    result = 1
    for _ in range(exponent):
        result = result * base
    return result


CASES = [(2, 10), (-3, 5), (0, 0), (7, 0), (10, 18), (1, 1000), (2, -1)]
