# SPDX-License-Identifier: Apache-2.0
"""Stable sort of negated scores, cut at k."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray


def entry(scores: Annotated[NDArray[np.float64], "n"], k: int) -> NDArray[np.int64]:
    return np.argsort(-scores, kind="stable")[:k]
