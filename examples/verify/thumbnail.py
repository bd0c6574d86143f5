# SPDX-License-Identifier: Apache-2.0
"""An image resized, as an image."""

from PIL import Image


def entry(image: Image.Image) -> Image.Image:
    return image.convert("RGB").resize((17, 9), Image.Resampling.BILINEAR)
