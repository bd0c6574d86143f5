# SPDX-License-Identifier: Apache-2.0
def entry(x: float, y: float, n: int) -> tuple[float, float, int, int]:
    return min(x, y, 0.5), max(x, y), min(n, 3), abs(n) % 7
CASES=[(1.0,2.0,5),(float('nan'),1.0,-9),(1.0,float('nan'),0),(0.0,-0.0,1)]
