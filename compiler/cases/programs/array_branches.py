# SPDX-License-Identifier: Apache-2.0
from typing import Annotated
import numpy as np
from numpy.typing import NDArray
def entry(x: Annotated[NDArray[np.float32], "n"], mode: int) -> Annotated[NDArray[np.float32], "n"]:
    if mode == 0:
        y = x * 2
    elif mode == 1:
        y = x[::-1] + x
    else:
        y = np.abs(x)
    return y - np.float32(1)
CASES=[(np.arange(4,dtype=np.float32)-2,m) for m in (0,1,2)]
