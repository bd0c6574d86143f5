# SPDX-License-Identifier: Apache-2.0
def helper(a: int, b: int):
    return a // b
def fail():
    raise IndexError("no")
def entry(a: int, b: int) -> int:
    x = helper(a, b)
    assert x != 3, "three"
    if x == 4:
        raise KeyError("four")
    if x == 5:
        return fail()
    return x ** 2
CASES=[(10,3),(10,0),(12,3),(7,-2),(10,2),(9,3)]
