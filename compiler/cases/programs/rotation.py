# SPDX-License-Identifier: Apache-2.0
def entry(n: int) -> tuple[int, int, int]:
    a, b, c = 0, 1, 2
    for _ in range(n):
        a, b, c = b, c, a
    return a, b, c
CASES=[(0,),(1,),(2,),(5,)]
