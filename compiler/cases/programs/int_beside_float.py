# SPDX-License-Identifier: Apache-2.0
def entry(n: int, x: float) -> tuple[bool, bool, bool, float]:
    return n < x, n == x, x <= n, n / 3 + x
CASES=[(3,3.0),(2**53+1,9007199254740992.0),(-5,float('nan')),(2**63-1,9.223372036854775807e18)]
