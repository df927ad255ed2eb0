"""What an image looks like, to make groups of: its light, contrast and sharpness; of strokes, their width and slant.

Reference: slant by moments: Hu (1962), "Visual pattern recognition by moment invariants", section II; the width of a
stroke is twice its area by its outline, and the outline is the total variation (the coarea formula: Federer 1969,
section 3.2.11).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.probes.image_changes import to_planes

Floats = NDArray[np.float64]
Planes = NDArray[np.float32]
BATCH: Final = 2**24                        # pixels at once
NAMES: Final = ("light", "spread", "sharpness", "stroke_width", "slant")


def traits(images: NDArray[Any]) -> dict[str, Floats]:
    """float64[n] of each of `NAMES`.

    Args:
        images: uint8, or floats in 0…1, [n, h, w] or [n, h, w, c]; colours are averaged.

    ``light``: the mean, in 0…1. ``spread``: the standard deviation. ``sharpness``: the mean step between neighbours by
    the spread. ``stroke_width``: pixels, where bright strokes stand on a dark ground. ``slant``: degrees by which they
    lean to the right. nan where an image is plain.
    """
    size = max(1, BATCH // max(int(np.prod(images.shape[1:])), 1))
    parts = [_of(to_planes(images[start:start + size]).mean(axis=1)) for start in range(0, len(images), size)]
    if not parts:
        raise DataError("there are no images")
    return {name: np.concatenate([part[place] for part in parts]) for place, name in enumerate(NAMES)}


def bands(values: Floats, names: tuple[str, ...] = ("low", "middle", "high")) -> NDArray[Any]:
    """Text[n]: in which of equally full bands each value lies; missing ones have none."""
    known = values[~np.isnan(values)]
    if not len(known):
        raise DataError("no value is known, so there are no bands")
    edges = np.quantile(known, np.arange(1, len(names)) / len(names))
    found: NDArray[Any] = np.array(names, dtype=object)[np.searchsorted(edges, values, "right").clip(0, len(names) - 1)]
    found[np.isnan(values)] = None
    return found


def _of(grey: Planes) -> tuple[Floats, ...]:
    light, spread = grey.mean(axis=(1, 2), dtype=np.float64), grey.std(axis=(1, 2), dtype=np.float64)
    padded = np.pad(grey, ((0, 0), (0, 1), (0, 1)))
    down, right = padded[:, 1:, :-1] - grey, padded[:, :-1, 1:] - grey
    outline = np.hypot(down, right).sum(axis=(1, 2), dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        sharp = np.abs(np.diff(grey, axis=2)).mean(axis=(1, 2), dtype=np.float64) / spread
        width = 2 * grey.sum(axis=(1, 2), dtype=np.float64) / outline
    plain = spread == 0
    return (light, spread, *(np.where(plain, np.nan, value) for value in (sharp, width, _slant(grey))))


def _slant(grey: Planes) -> Floats:
    """Degrees: how far a place moves to the right as it goes up, by least squares."""
    mass = grey.astype(np.float64)
    y, x = np.mgrid[:grey.shape[1], :grey.shape[2]].astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = mass.sum(axis=(1, 2))
        rows = y - ((mass * y).sum(axis=(1, 2)) / whole)[:, None, None]
        columns = x - ((mass * x).sum(axis=(1, 2)) / whole)[:, None, None]
        lean = -(mass * rows * columns).sum(axis=(1, 2)) / (mass * rows**2).sum(axis=(1, 2))
    return np.asarray(np.degrees(np.arctan(lean)))
