# SPDX-License-Identifier: Apache-2.0
def entry(a: int, b: int, s: int) -> tuple[int, int]:
    n = 0
    last = -1
    for i in range(a, b, s):
        n += 1
        last = i
        if n > 50:
            break
    return n, last
CASES=[(0,10,3),(10,0,-3),(0,10,-1),(5,5,1),(2**62,2**63-1,2**62),(-2**63,2**63-1,2**62),(0,1,0)]
