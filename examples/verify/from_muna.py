# SPDX-License-Identifier: Apache-2.0
"""The decorator may come from muna."""

from muna import compile


@compile(tag="@everypath/from-muna", description="A sum over a range.")
def triangle(n: int) -> int:
    """Sum of 1 to n."""
    total = 0
    for i in range(1, n + 1):
        total += i
    return total
