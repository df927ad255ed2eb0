"""Viewpoints: one map of pixels for all that moves an image (turned, shifted, nearer, sheared, seen from the side).

All warps of an image are one homography, so pixels are interpolated once (bilinear), however many there are. The map is
made for a whole batch: where all of its images are moved alike, it is made once.

Reference: Hartley and Zisserman (2004), "Multiple view geometry in computer vision", section 2.4 (transformations of a
plane) and section 8.1 (a plane seen by a camera).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Planes = NDArray[np.float32]
Fill = float | None
WARPS: Final = ("rotation", "shift_x", "shift_y", "zoom", "shear", "yaw", "pitch")
MANY: Final = 16                            # planes from which on they are turned round
DISTANCE: Final = 2.0                       # of the camera, in widths of the image


def maps(strengths: Mapping[str, Floats], height: int, width: int) -> Floats:
    """float64[n, 3, 3]: from a place in the new image to that in the old one, in pixels from the middle, y downward.

    Args:
        strengths: float64[n] by name of `WARPS`; those that are not named are 0. The order: zoom, shear, rotation, the
            view from the side, and at last the shift.
    """
    rows = len(next(iter(strengths.values())))
    given = {name: np.asarray(strengths.get(name, np.zeros(rows)), dtype=np.float64) for name in WARPS}
    turn, lean = np.radians(given["rotation"]), np.tan(np.radians(given["shear"]))
    nearer = _eye(rows)
    nearer[:, 0, 0] = nearer[:, 1, 1] = 1 + given["zoom"]
    sheared = _eye(rows)
    sheared[:, 0, 1] = -lean
    turned = _eye(rows)
    turned[:, 0, 0] = turned[:, 1, 1] = np.cos(turn)
    turned[:, 0, 1], turned[:, 1, 0] = np.sin(turn), -np.sin(turn)
    moved = _eye(rows)
    moved[:, 0, 2], moved[:, 1, 2] = given["shift_x"] * width, given["shift_y"] * height
    seen = _seen(np.radians(given["yaw"]), np.radians(given["pitch"]), DISTANCE * width)
    return np.asarray(np.linalg.inv(moved @ seen @ turned @ sheared @ nearer))


def warped(planes: Planes, into_old: Floats, fill: Fill = 0.0) -> Planes:
    """Each pixel of the new images looked up in the old ones.

    Args:
        planes: float32[n, c, h, w].
        into_old: float64[n, 3, 3], or [1, 3, 3] for all.
        fill: what stands outside of the image; None: its nearest pixel.
    """
    rows, channels, height, width = planes.shape
    corners = _corners(np.ascontiguousarray(into_old, dtype=np.float64).tobytes(), height, width, fill is None)
    if fill is not None:
        planes = np.pad(planes, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=fill)
    flat = planes.reshape(rows, channels, -1)
    blend = _alike if len(into_old) == 1 else _each
    return blend(flat, corners).reshape(rows, channels, height, width)


@lru_cache(maxsize=2)                       # a large batch comes in parts, all with the same map
def _corners(into_old: bytes, height: int, width: int, nearest: bool) -> list[tuple[NDArray[np.int64], Planes]]:
    """Of each pixel the four around its place in the old image, int64[n, h * w], and what they weigh."""
    y, x = _places(np.frombuffer(into_old).reshape(-1, 3, 3), height, width)
    tall, wide = (height, width) if nearest else (height + 2, width + 2)
    if not nearest:                         # a margin of one pixel, so that the border blends into what is outside
        y, x = y + 1, x + 1
    y, x = np.clip(y, 0, tall - 1), np.clip(x, 0, wide - 1)
    top = np.clip(np.floor(y), 0, max(tall - 2, 0)).astype(np.int64)
    left = np.clip(np.floor(x), 0, max(wide - 2, 0)).astype(np.int64)
    down, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
    first, across, below = top * wide + left, int(wide > 1), wide * int(tall > 1)
    return [(first, (1 - down) * (1 - right)), (first + across, (1 - down) * right),
            (first + below, down * (1 - right)), (first + across + below, down * right)]


def _alike(flat: Planes, corners: list[tuple[NDArray[np.int64], Planes]]) -> Planes:
    """One map for all: of small images many are added up at once, pixel by pixel of the map."""
    rows, channels, pixels = flat.shape
    if rows * channels < MANY:
        return np.asarray(sum(flat.take(index[0], axis=2) * weight[0] for index, weight in corners))
    by_pixel = np.ascontiguousarray(flat.reshape(-1, pixels).T)
    found = sum(by_pixel[index[0]] * weight[0, :, None] for index, weight in corners)
    return np.ascontiguousarray(np.asarray(found).T)


def _each(flat: Planes, corners: list[tuple[NDArray[np.int64], Planes]]) -> Planes:
    return np.asarray(sum(np.take_along_axis(flat, index[:, None, :], axis=2) * weight[:, None, :]
                          for index, weight in corners))


def _places(into_old: Floats, height: int, width: int) -> tuple[Floats, Floats]:
    """float64[n, h * w] each: row and column in the old image; far outside where a place lies behind the camera."""
    middle = (height - 1) / 2, (width - 1) / 2
    y, x = np.meshgrid(np.arange(height) - middle[0], np.arange(width) - middle[1], indexing="ij")
    old = into_old @ np.stack([x.ravel(), y.ravel(), np.ones(height * width)])
    behind = old[:, 2] <= 1e-9
    depth = np.where(behind, 1.0, old[:, 2])
    return (np.where(behind, -1e6, old[:, 1] / depth + middle[0]),
            np.where(behind, -1e6, old[:, 0] / depth + middle[1]))


def _seen(yaw: Floats, pitch: Floats, distance: float) -> Floats:
    """The plane turned about its upright (yaw), then about its level axis (pitch), before a camera at a distance."""
    made = _eye(len(yaw))
    made[:, 0, 0] = np.cos(yaw)
    made[:, 1, 0], made[:, 1, 1] = np.sin(pitch) * np.sin(yaw), np.cos(pitch)
    made[:, 2, 0], made[:, 2, 1] = np.cos(pitch) * np.sin(yaw) / distance, -np.sin(pitch) / distance
    return made


def _eye(rows: int) -> Floats:
    return np.tile(np.eye(3), (rows, 1, 1))
