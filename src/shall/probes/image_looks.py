"""What covers an image, and what a lens, haze and the exposure make of it; strength 0 changes nothing.

Reference: Hendrycks and Dietterich (2019), "Benchmarking neural network robustness to common corruptions and
perturbations", appendix B.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.probes.image_warps import Fill

Floats = NDArray[np.float64]
Planes = NDArray[np.float32]
CUT: Final = 4.0                            # standard deviations at which a blur ends


def covered(planes: Planes, share: Floats, place: Planes, fill: Fill) -> Planes:
    """A rectangle of the image's form, inside of it; pixels that it covers in part are mixed."""
    sides = [_span(size, np.sqrt(share) * size, place[:, axis]) for axis, size in enumerate(planes.shape[2:])]
    mask = (sides[0][:, None, :, None] * sides[1][:, None, None, :]).astype(np.float32)
    over = planes.mean(axis=(2, 3), keepdims=True) if fill is None else np.float32(fill)
    return np.asarray(planes * (1 - mask) + over * mask)


def _span(size: int, length: Floats, place: Planes) -> Floats:
    """float64[n, size]: how much of each pixel lies in a stretch of some length."""
    start = (place * (size - length))[:, None]
    pixel = np.arange(size)[None]
    return np.asarray(np.clip(np.minimum(pixel + 1, start + length[:, None]) - np.maximum(pixel, start), 0, 1))


def _blurred(planes: Planes, sigma: Planes) -> Planes:
    """A Gaussian in both directions; beyond the border stands its nearest pixel, so a plain image stays plain."""
    each, of_row = np.unique(sigma, return_inverse=True)
    down, across = (_gaussian(each.astype(np.float64), size)[of_row if len(each) > 1 else [0]]
                    for size in planes.shape[2:])
    return np.asarray(down[:, None] @ planes @ across[:, None].swapaxes(2, 3))


def _gaussian(sigma: Floats, size: int) -> Planes:
    """float32[n, size, size]: what each pixel takes of which."""
    made, pixel = np.zeros((len(sigma), size, size)), np.arange(size)
    reach = (CUT * sigma + 0.5).astype(int)
    offsets = np.arange(-reach.max(), reach.max() + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mass = np.exp(-0.5 * (offsets / sigma[:, None]) ** 2)
    mass = np.where((np.abs(offsets) <= reach[:, None]) & (sigma[:, None] > 0), mass, offsets == 0)
    mass /= mass.sum(axis=1, keepdims=True)
    for place, offset in enumerate(offsets):
        made[:, pixel, np.clip(pixel + offset, 0, size - 1)] += mass[:, place, None]
    return made.astype(np.float32)


def _pointwise(of: Callable[[Planes, Planes], Planes]) -> Callable[[Planes, Planes], Planes]:
    return lambda planes, strength: np.clip(of(planes, strength[:, None, None, None]), 0, 1)


def _contrasted(planes: Planes, strength: Planes) -> Planes:
    mean = planes.mean(axis=(1, 2, 3), keepdims=True)
    return np.asarray(mean + (planes - mean) * np.exp2(strength))


LOOKS: Final[dict[str, Callable[[Planes, Planes], Planes]]] = {
    "blur": _blurred,
    "haze": _pointwise(lambda planes, strength: planes + strength * (1 - planes)),
    "brightness": _pointwise(lambda planes, strength: planes * np.exp2(strength)),
    "contrast": _pointwise(_contrasted),
    "gamma": _pointwise(lambda planes, strength: planes ** np.exp2(strength)),
}
