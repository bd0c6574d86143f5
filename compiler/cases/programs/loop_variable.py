# SPDX-License-Identifier: Apache-2.0
def entry(n: int) -> int:
    i = 100
    for i in range(n):
        i = i * 10
    return i
CASES=[(0,),(3,),(-1,)]
