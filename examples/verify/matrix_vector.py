# SPDX-License-Identifier: Apache-2.0
"""A product of matrix and vector, and a bias."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray


def entry(
    w: Annotated[NDArray[np.float64], "n d"],
    x: Annotated[NDArray[np.float64], "d"],
    b: Annotated[NDArray[np.float64], "n"],
) -> NDArray[np.float64]:
    return np.maximum(w @ x + b, 0.0)
