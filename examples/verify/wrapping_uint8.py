# SPDX-License-Identifier: Apache-2.0
"""Fixed-width integers wrap, as they do in NumPy."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray


def entry(x: Annotated[NDArray[np.uint8], "n"]) -> NDArray[np.uint8]:
    return x * np.uint8(3) + np.uint8(200)
