# SPDX-License-Identifier: Apache-2.0
def entry(n: int, d: int) -> int:
    if d != 0 and n // d > 2:
        return 1
    if d == 0 or n % d == 0:
        return 2
    return 3 if not n else 4
CASES=[(10,0),(10,2),(3,2),(4,2),(0,5)]
