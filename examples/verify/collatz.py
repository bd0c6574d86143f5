# SPDX-License-Identifier: Apache-2.0
"""Steps of the Collatz sequence until 1, with an early way out."""


def entry(n: int) -> int:
    steps = 0
    while n > 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
        if steps >= 500:
            break
    return steps


CASES = [(1,), (0,), (-5,), (6,), (27,), (97,), (871,), (2**20 - 1,)]
