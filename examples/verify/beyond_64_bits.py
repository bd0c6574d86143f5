# SPDX-License-Identifier: Apache-2.0
"""An integer that leaves 64 bits is refused, never wrapped."""


def entry(n: int) -> int:
    result = 1
    for i in range(1, n + 1):
        result = result * i
    return result


CASES = [(5,), (20,), (25,)]
