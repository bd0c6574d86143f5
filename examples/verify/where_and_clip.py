# SPDX-License-Identifier: Apache-2.0
"""np.where, np.clip and comparisons of arrays."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray


def entry(x: Annotated[NDArray[np.float64], "n"]) -> NDArray[np.float64]:
    return np.where(x > 0.0, np.clip(x, 0.25, 1.0), -x)
