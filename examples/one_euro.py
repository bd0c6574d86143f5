# SPDX-License-Identifier: Apache-2.0
"""One step of the one-euro filter over N signals at once: little lag when they move fast, little jitter when
they do not. Géry Casiez, Nicolas Roussel, Daniel Vogel, "1€ Filter", CHI 2012, algorithm 1."""

import math
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from everypath import compile


def smoothing(cutoff, dt: float):
    """Share of the new sample in an exponential average with this cutoff frequency, in Hz."""
    ratio = 2.0 * math.pi * cutoff * dt
    return ratio / (ratio + 1.0)


def blend(share, new, old):
    """Weighted mean of new and old."""
    return share * new + (1.0 - share) * old


@compile(tag="@everypath/one-euro", description="One step of the one-euro filter.")
def one_euro(
    state: Annotated[NDArray[np.float64], "2 n"],
    sample: Annotated[NDArray[np.float64], "n"],
    dt: float,
    min_cutoff: float = 1.0,
    beta: float = 0.007,
    speed_cutoff: float = 1.0,
) -> Annotated[NDArray[np.float64], "2 n"]:
    """Return the next state: the filtered signals and, below them, their filtered speeds."""
    signal = state[0, :]
    speed = state[1, :]
    if dt <= 0.0:
        # The clock stood still: there is no speed to learn, and the newest sample replaces the signal.
        return np.stack((sample, speed))
    speed = blend(smoothing(speed_cutoff, dt), (sample - signal) / dt, speed)
    cutoff = min_cutoff + beta * np.abs(speed)
    return np.stack((blend(smoothing(cutoff, dt), sample, signal), speed))


def cases():
    """Steady, fast, single and many signals, and a clock that does not move."""
    random = np.random.default_rng(20261120)

    def step(count: int, dt: float, scale: float, *settings: float):
        state = random.standard_normal((2, count))
        return (state, state[0] + scale * random.standard_normal(count), dt, *settings)

    return [
        step(1, 1 / 60, 0.01, 1.0, 0.007, 1.0),
        step(33, 1 / 60, 0.01, 1.0, 0.007, 1.0),
        step(468 * 3, 1 / 30, 0.5, 0.5, 0.1, 2.0),
        step(20_000, 1 / 120, 2.0, 1.0, 0.0, 1.0),
        step(17, 0.0, 1.0, 1.0, 0.007, 1.0),
        step(17, -0.5, 1.0, 1.0, 0.007, 1.0),
    ]


if __name__ == "__main__":
    for state, sample, *settings in cases():
        result = one_euro(state, sample, *settings)
        print(f"{sample.shape[0]} signals, {settings}: {result.dtype}{result.shape} {result[:, 0]}")
