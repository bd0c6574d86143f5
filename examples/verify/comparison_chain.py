# SPDX-License-Identifier: Apache-2.0
"""A chain of comparisons evaluates its middle once and stops early."""


def entry(a: float, b: float, c: float) -> bool:
    return a < b <= c and not a == c or b != b
