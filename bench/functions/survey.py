# SPDX-License-Identifier: Apache-2.0
"""A survey of readings: many small numerical steps over one table, as a report would take them. It is the function
that the path engine is measured with: every step has operator variants, and together more paths than can be built."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from everypath import compile


def decayed(start: float, rate: float, steps: int) -> float:
    """What is left of a value that loses and gains a little at each step."""
    value = start
    for _ in range(steps):
        value = value * rate + 0.001
    return value


def compound(start: float, rate: float, steps: int) -> float:
    """A value that grows by a rate that shrinks."""
    value = start
    for step in range(steps):
        value = value + value * rate / (step + 1)
    return value


def checksum(seed: int, steps: int) -> int:
    """A linear congruence, as the readings' sender computes it."""
    state = seed
    for step in range(steps):
        state = (state * 1103 + step) % 65521
    return state


def settle(guess: float, target: float, steps: int) -> float:
    """Newton's steps towards a square root."""
    value = guess
    for _ in range(steps):
        value = 0.5 * (value + target / value)
    return value


def harmonic(terms: int) -> float:
    """The sum of the first reciprocals."""
    total = 0.0
    for term in range(terms):
        total = total + 1.0 / (term + 1)
    return total


def residue(base: int, steps: int) -> int:
    """A power modulo a prime, one factor at a time."""
    value = 1
    for _ in range(steps):
        value = value * base % 1009
    return value


@compile(tag="@everypath/survey", description="Many small steps over one table of readings.")
def survey(
    table: Annotated[NDArray[np.float32], "n d"],
    exact: Annotated[NDArray[np.float64], "n d"],
    codes: Annotated[NDArray[np.int32], "n"],
    mixing: Annotated[NDArray[np.float32], "d d"],
    steps: int,
    k: int,
) -> float:
    """Return one number that depends on every step."""
    # The highest and the lowest readings, by three kinds of numbers.
    lowest = np.argsort(table[:, 0], kind="stable")[:k]
    least = np.argsort(exact[:, 0], kind="stable")[:k]
    first = np.argsort(codes, kind="stable")[:k]
    # The readings by column, for the next stage.
    columns = np.ascontiguousarray(table.transpose())
    wide = np.ascontiguousarray(exact.transpose())
    mixed = np.ascontiguousarray(mixing.transpose())
    # Mixed channels, and how the columns go together.
    channels = table @ mixing
    together = columns @ table
    precise = wide @ exact
    # Where the mixed channels stand out, and they in turn by column.
    peaks = np.argsort(-channels[:, 0], kind="stable")[:k]
    rows = np.argsort(precise[0], kind="stable")[:k]
    turned = np.ascontiguousarray(channels.transpose())
    # What the readings settle at.
    rest = decayed(float(exact[0, 0]), 0.99, steps)
    growth = compound(rest, 0.05, steps)
    code = checksum(k + 7, steps)
    sum_of_parts = harmonic(steps)
    left = residue(k + 3, steps)
    root = settle(1.0 + rest * rest, 2.0 + growth * growth, steps)
    total = float(lowest[0] + least[0] + first[0] + peaks[0] + rows[0]) + float(turned[0, 0])
    total = total + float(columns[0, 0]) + float(wide[0, 0]) + float(mixed[0, 0])
    total = total + float(channels[0, 0]) + float(together[0, 0]) + float(precise[0, 0])
    return total + rest + growth + code + root + sum_of_parts + left


def cases():
    """Tables of a few sizes."""
    random = np.random.default_rng(20261121)

    def case(rows: int, columns: int, steps: int, k: int):
        # Whole numbers keep the products exact in any order.
        table = random.integers(-8, 9, (rows, columns))
        return (
            table.astype(np.float32),
            table.astype(np.float64),
            random.permutation(rows).astype(np.int32),
            random.integers(-3, 4, (columns, columns)).astype(np.float32),
            steps,
            k,
        )

    return [case(64, 16, 100, 5), case(7, 3, 10, 2), case(1, 1, 1, 1)]


if __name__ == "__main__":
    for arguments in cases():
        print(survey(*arguments))
