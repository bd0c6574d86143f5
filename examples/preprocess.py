# SPDX-License-Identifier: Apache-2.0
"""What nearly every vision model wants done to a photograph before it looks at it: three channels, 224 by 224,
scaled to [0, 1], normalised by the channel statistics of ImageNet, channels first."""

from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from everypath import compile

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


@compile(tag="@everypath/preprocess", description="Photograph to normalised CHW tensor.")
def preprocess(image: Image.Image) -> Annotated[NDArray[np.float32], "3 224 224"]:
    """Resize to 224 by 224, normalise each channel and put the channels first."""
    image = image.convert("RGB")
    image = image.resize((224, 224), Image.Resampling.BILINEAR)
    pixels = np.asarray(image, dtype=np.float32) / 255
    normalised = (pixels - MEAN) / STD
    return np.ascontiguousarray(normalised.transpose(2, 0, 1))


def cases():
    """The photograph, and images of other modes, sizes and shapes cut from it or made from its pixels."""
    photo = Image.open(Path(__file__).parent / "photos" / "coffee.png")
    photo.load()
    return [
        (photo,),
        (photo.convert("L"),),
        (photo.convert("RGBA"),),
        (photo.crop((150, 80, 374, 304)),),
        (photo.crop((10, 20, 47, 29)),),
        (photo.crop((5, 5, 6, 300)),),
        (photo.resize((1920, 1080)),),
    ]


if __name__ == "__main__":
    for (image,) in cases():
        result = preprocess(image)
        print(f"{image.mode} {image.size} -> {result.dtype}{result.shape} mean {result.mean():.4f}")
