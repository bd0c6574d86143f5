# SPDX-License-Identifier: Apache-2.0
"""Trial division: returns from inside the loop."""


def entry(n: int) -> bool:
    if n < 2:
        return False
    i = 2
    while i * i <= n:
        if n % i == 0:
            return False
        i += 1
    return True


CASES = [(-7,), (0,), (1,), (2,), (3,), (4,), (97,), (561,), (7919,), (1_000_003,)]
