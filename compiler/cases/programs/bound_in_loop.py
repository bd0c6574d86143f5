# SPDX-License-Identifier: Apache-2.0
def entry(n: int, k: int) -> int:
    total = 0
    for i in range(n):
        if i == k:
            seen = i * 2
        if i > k:
            total += seen
    return total
CASES=[(5,2),(5,7),(5,-1),(0,0)]
