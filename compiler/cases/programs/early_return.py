# SPDX-License-Identifier: Apache-2.0
def classify(x):
    if x < 0:
        return -1
    if x == 0:
        return 0
    return 1
def entry(a: int, b: int) -> int:
    s = 0
    for i in range(a, b):
        c = classify(i)
        if c == 0:
            continue
        s += c * i
    return s
CASES=[(-3,4),(0,0),(1,5)]
