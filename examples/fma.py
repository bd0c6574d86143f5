# SPDX-License-Identifier: Apache-2.0
"""The toy example of the field, made honest: every step needs the one before it, so no compiler can lift the
work out of the loop and no two steps overlap. With |y| < 1 the result stays bounded however long it runs."""

from everypath import compile


@compile(tag="@everypath/fma", description="A chain of dependent multiply-adds.")
def fma(x: float, y: float, z: float, n_iter: int) -> float:
    """Return x after n_iter steps of x * y + z."""
    result = x
    for _ in range(n_iter):
        result = result * y + z
    return result


CASES = [
    (1.5, 0.5, 2.0, 0),
    (1.5, 0.5, 2.0, -3),
    (1.5, 0.5, 2.0, 1),
    (3.0, -0.9999, 2.0, 1000),
    (0.1, 0.3, 1e-300, 5000),
    (-7.25, 0.999, 0.1, 100_000),
    (float("inf"), -0.5, 1.0, 7),
    (0.0, 0.5, float("nan"), 3),
]

if __name__ == "__main__":
    for case in CASES:
        print(f"fma{case} = {fma(*case)!r}")
