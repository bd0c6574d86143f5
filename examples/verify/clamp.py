# SPDX-License-Identifier: Apache-2.0
"""min, max and a conditional expression; a NaN keeps its place."""


def entry(x: float, low: float, high: float) -> float:
    if low > high:
        raise ValueError("low is above high")
    return max(low, min(x, high)) if x == x else low
