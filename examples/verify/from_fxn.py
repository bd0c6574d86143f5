# SPDX-License-Identifier: Apache-2.0
"""The decorator may come from fxn, with a sandbox."""

from fxn import Sandbox, compile


@compile(tag="@everypath/from-fxn", description="Linear interpolation.", sandbox=Sandbox())
def lerp(a: float, b: float, t: float = 0.25) -> float:
    """Between a and b."""
    return a + (b - a) * t


CASES = [(0.0, 1.0, 0.3), (-2.0, 5.5), (1e300, -1e300, 0.5)]
