# SPDX-License-Identifier: Apache-2.0
from typing import Annotated
import numpy as np
from numpy.typing import NDArray
def softmax(v):
    e = np.exp(v - np.max(v))
    return e / np.sum(e)
def entry(x: Annotated[NDArray[np.float64], "n"], t: float) -> Annotated[NDArray[np.float64], "n"]:
    y = x
    for _ in range(3):
        y = softmax(y / t)
    return y
CASES=[(np.array([1.0,2.0,3.0]),2.0),(np.array([0.5]),1.0)]
