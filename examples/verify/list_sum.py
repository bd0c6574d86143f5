# SPDX-License-Identifier: Apache-2.0
"""A loop over a list argument."""


def entry(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total
