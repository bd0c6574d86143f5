# SPDX-License-Identifier: Apache-2.0
def popcount(x):
    c = 0
    while x:
        x &= x - 1
        c += 1
    return c
def entry(n: int) -> int:
    t = 0
    for i in range(n):
        t ^= popcount(i) << (i % 5)
    return t
CASES=[(0,),(100,),(1000,)]
