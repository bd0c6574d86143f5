# SPDX-License-Identifier: Apache-2.0
"""A name that only some ways bind raises when it is read unbound."""


def entry(n: int) -> int:
    for i in range(n):
        last = i * i
    return last


CASES = [(3,), (1,), (0,), (-2,)]
