# SPDX-License-Identifier: Apache-2.0
"""Reductions of a whole array give NumPy scalars."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray


def entry(x: Annotated[NDArray[np.int64], "n"]) -> tuple[np.int64, np.int64]:
    return np.argmax(x), np.sum(x)
