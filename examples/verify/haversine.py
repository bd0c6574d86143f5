# SPDX-License-Identifier: Apache-2.0
"""Distance on a sphere: sin, cos, asin, sqrt from the C library."""

import math

RADIUS_KM = 6371.0088


def entry(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    p1 = math.radians(lat1)
    p2 = math.radians(lat2)
    dp = math.radians(lat2 - lat1)
    dl = math.radians(lon2 - lon1)
    a = math.sin(dp / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(dl / 2) ** 2
    return 2 * RADIUS_KM * math.asin(math.sqrt(a))


CASES = [
    (52.52, 13.405, 48.137, 11.575),
    (0.0, 0.0, 0.0, 179.9),
    (-33.87, 151.21, 51.5, -0.13),
    (10.0, 10.0, 10.0, 10.0),
]
