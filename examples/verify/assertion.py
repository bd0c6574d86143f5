# SPDX-License-Identifier: Apache-2.0
"""assert raises AssertionError with its message."""


def entry(x: float) -> float:
    assert x >= 0.0, "x must not be negative"
    return x**0.5
