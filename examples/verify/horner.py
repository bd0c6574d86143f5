# SPDX-License-Identifier: Apache-2.0
"""A polynomial by Horner's rule over a constant tuple."""

COEFFICIENTS = (1.5, -2.0, 0.0, 3.25, -0.125)


def entry(x: float) -> float:
    result = 0.0
    for coefficient in COEFFICIENTS:
        result = result * x + coefficient
    return result
