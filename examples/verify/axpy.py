# SPDX-License-Identifier: Apache-2.0
"""Elementwise arithmetic in float32: Python floats do not widen it."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray


def entry(
    a: float, x: Annotated[NDArray[np.float32], "n"], y: Annotated[NDArray[np.float32], "n"]
) -> NDArray[np.float32]:
    return a * x + y - 0.1
