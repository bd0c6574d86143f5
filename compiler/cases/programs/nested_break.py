# SPDX-License-Identifier: Apache-2.0
def entry(n: int) -> int:
    count = 0
    for i in range(n):
        j = 0
        while True:
            j += 1
            if j > i:
                break
            if j == 3:
                count += 100
                break
            count += 1
        if count > 1000:
            return -count
    return count
CASES=[(0,),(3,),(6,),(30,)]
