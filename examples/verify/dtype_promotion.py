# SPDX-License-Identifier: Apache-2.0
"""Mixed dtypes promote as NumPy promotes them."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray


def entry(
    x: Annotated[NDArray[np.int32], "n"],
    y: Annotated[NDArray[np.float32], "n"],
    z: Annotated[NDArray[np.uint8], "n"],
) -> NDArray[np.float64]:
    return x * y + z / 3
