# SPDX-License-Identifier: Apache-2.0
def entry(n: int) -> int:
    a, b = 0, 1
    while n > 0:
        a, b = b, a + b
        n -= 1
    return a
CASES=[(0,),(10,),(90,)]
