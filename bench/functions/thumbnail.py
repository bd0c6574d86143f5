# SPDX-License-Identifier: Apache-2.0
"""The neighbour of `examples/preprocess.py`: the same operators on the same types, other numbers. What is compiled for
one serves the other."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from everypath import compile

MEAN = np.array([0.5, 0.5, 0.5], dtype=np.float32)
STD = np.array([0.25, 0.25, 0.25], dtype=np.float32)


@compile(tag="@everypath/thumbnail", description="Photograph to a small normalised CHW tensor.")
def thumbnail(image: Image.Image) -> Annotated[NDArray[np.float32], "3 96 96"]:
    """Resize to 96 by 96, normalise each channel and put the channels first."""
    image = image.convert("RGB")
    image = image.resize((96, 96), Image.Resampling.BILINEAR)
    pixels = np.asarray(image, dtype=np.float32) / 255
    normalised = (pixels - MEAN) / STD
    return np.ascontiguousarray(normalised.transpose(2, 0, 1))


def cases():
    """A gradient."""
    ramp = np.arange(120 * 90 * 3, dtype=np.uint32).reshape(90, 120, 3) % 251
    return [(Image.fromarray(ramp.astype(np.uint8)),)]


if __name__ == "__main__":
    for (image,) in cases():
        print(thumbnail(image).mean())
