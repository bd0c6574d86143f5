# SPDX-License-Identifier: Apache-2.0
"""round() and int(): to even, and towards zero."""


def entry(x: float) -> tuple[int, int]:
    return round(x), int(x)


CASES = [
    (0.5,),
    (1.5,),
    (2.5,),
    (-0.5,),
    (-1.5,),
    (2.675,),
    (1e15 + 0.5,),
    (-3.99,),
    (0.49999999999999994,),
    (float("nan"),),
    (float("inf"),),
]
