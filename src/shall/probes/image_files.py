"""What a JPEG file leaves of an image: its blocks of 8 x 8 in cosines, rounded as the tables of the standard say.

Colours are not subsampled, and nothing is written: the loss is that of a file, without the file.

Reference: Wallace (1992), "The JPEG still picture compression standard", section 4; the tables: ITU-T T.81 (1992),
annex K.1; the quality: Independent JPEG Group, `jcparam.c`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Planes = NDArray[np.float32]
LIGHT: Final = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99], dtype=np.float64).reshape(8, 8)
COLOUR: Final = np.full((8, 8), 99.0)
COLOUR[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
_WAVES: Final = np.cos((2 * np.arange(8) + 1) * np.arange(8)[:, None] * np.pi / 16)
COSINES: Final = (_WAVES * np.where(np.arange(8) == 0, np.sqrt(1 / 8), 0.5)[:, None]).astype(np.float32)
TO_LIGHT: Final = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]],
                           dtype=np.float32)
FROM_LIGHT: Final = np.linalg.inv(TO_LIGHT.astype(np.float64)).astype(np.float32)


def compressed(planes: Planes, strength: Floats) -> Planes:
    """The planes, float32[n, c, h, w] in 0…1, at the quality 100 - strength; where that is 100, as they are."""
    rows, channels, height, width = planes.shape
    levels = np.rint(planes * np.float32(255))
    if channels == 3:
        levels = np.rint(_mixed(TO_LIGHT, levels))
    levels[:, :1 if channels == 3 else channels] -= 128
    tall, wide = -height % 8, -width % 8
    blocks = np.pad(levels, ((0, 0), (0, 0), (0, tall), (0, wide)), mode="edge")
    blocks = blocks.reshape(rows, channels, (height + tall) // 8, 8, (width + wide) // 8, 8)
    steps = np.ascontiguousarray(_steps(100 - strength, channels).swapaxes(2, 3))[:, :, None, None]
    waves = _along(_along(blocks, COSINES.T).swapaxes(3, 5), COSINES.T).swapaxes(3, 4)
    waves = np.rint(waves / steps) * steps                          # [n, c, down, across, 8 to the right, 8 down]
    levels = _along(_along(waves, COSINES).swapaxes(4, 5), COSINES).swapaxes(3, 4)
    levels = np.rint(levels.reshape(rows, channels, height + tall, width + wide)[:, :, :height, :width])
    levels[:, :1 if channels == 3 else channels] += 128
    if channels == 3:
        levels = np.rint(_mixed(FROM_LIGHT, levels))
    found = np.clip(levels, 0, 255) / np.float32(255)
    return np.where((strength == 0)[:, None, None, None], planes, found)


def _mixed(by: Planes, levels: Planes) -> Planes:
    """Colours as sums of others."""
    return np.asarray((by @ levels.reshape(*levels.shape[:2], -1)).reshape(levels.shape))


def _along(blocks: Planes, waves: Planes) -> Planes:
    """The last axis of eight in waves, or back."""
    return np.asarray((blocks.reshape(-1, 8) @ waves).reshape(blocks.shape))


def _steps(quality: Floats, channels: int) -> Planes:
    """float32[n, c, 8, 8]: to what each wave is rounded."""
    percent = np.where(quality < 50, np.floor(5000 / np.maximum(quality, 1)), 200 - 2 * quality)[:, None, None, None]
    tables = np.stack([LIGHT, COLOUR, COLOUR] if channels == 3 else [LIGHT] * channels)[None]
    return np.asarray(np.clip(np.floor((tables * percent + 50) / 100), 1, 255), dtype=np.float32)
