# SPDX-License-Identifier: Apache-2.0
def entry(n: int) -> tuple[int, float]:
    pair = (0, 1.0)
    for i in range(n):
        a, b = pair
        pair = (a + i, b * 0.5)
    return pair
CASES=[(0,),(3,),(10,)]
