# SPDX-License-Identifier: Apache-2.0
"""An image to one channel by weights."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def entry(image: Image.Image) -> NDArray[np.float64]:
    pixels = np.asarray(image.convert("RGB"))
    return pixels[:, :, 0] * 0.299 + pixels[:, :, 1] * 0.587 + pixels[:, :, 2] * 0.114
