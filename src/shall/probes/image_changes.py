"""Images as they may be met: turned, shifted, blurred, dark, noisy, covered or compressed, by a strength in its unit.

Strength 0 changes nothing, to the last bit. All happens in the order in which it does before and in a camera: something
stands before the object, the view, the lens, haze, the exposure, the sensor's noise, the file. Noise and the place of
what covers are drawn by the number of the image, so a stronger one is the same one, stronger, and no cutting into
batches changes it.

Reference: Hendrycks and Dietterich (2019), "Benchmarking neural network robustness to common corruptions and
perturbations", section 3 and appendix B; Wallace (1992), "The JPEG still picture compression standard", section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.probes.image_files import compressed
from shall.probes.image_looks import LOOKS, covered
from shall.probes.image_warps import WARPS, Fill, maps, warped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Planes = NDArray[np.float32]
AT_ONCE: Final = 2**18                      # numbers that are changed at once: they stay in the cache


@dataclass(frozen=True, slots=True)
class Change:
    """What a strength means, where it may lie, and where it usually does."""

    unit: str
    lowest: float
    highest: float
    usual: tuple[float, float]


CHANGES: Final[dict[str, Change]] = {
    "occlusion": Change("share of the area that a rectangle covers", 0, 1, (0, 0.5)),
    "rotation": Change("degrees, against the clock", -360, 360, (-45, 45)),
    "shift_x": Change("share of the width, to the right", -1, 1, (-0.25, 0.25)),
    "shift_y": Change("share of the height, downward", -1, 1, (-0.25, 0.25)),
    "zoom": Change("share by which all is larger", -0.95, 20, (-0.4, 0.4)),
    "shear": Change("degrees that upright lines lean to the right", -80, 80, (-30, 30)),
    "yaw": Change("degrees that the plane is turned about its upright axis", -85, 85, (-50, 50)),
    "pitch": Change("degrees that the plane is turned about its level axis", -85, 85, (-50, 50)),
    "blur": Change("pixels, the standard deviation", 0, 1000, (0, 4)),
    "haze": Change("share of the light that is not from the object", 0, 1, (0, 0.8)),
    "brightness": Change("stops: each doubles the light", -16, 16, (-3, 3)),
    "contrast": Change("doublings of the distance to the mean", -16, 16, (-3, 2)),
    "gamma": Change("doublings of the exponent, negative is brighter", -6, 6, (-2, 2)),
    "noise": Change("standard deviation, share of the range", 0, 10, (0, 0.5)),
    "compression": Change("100 minus the quality of JPEG", 0, 99, (0, 95)),
}


def changed(images: NDArray[Any], strengths: Mapping[str, float | Floats], *, numbers: Ints | None = None,
            seed: int = 0, fill: Fill = 0.0) -> NDArray[Any]:
    """The images, changed.

    Args:
        images: uint8, or floats in 0…1: [n, h, w] or [n, h, w, c]; the same shape and type come back.
        strengths: by name of `CHANGES`, one for all or float64[n].
        numbers: int64[n], of each image: what is drawn depends on it and the seed only.
        fill: what stands outside of the image, and covers it, in 0…1; None: its nearest pixel, and its mean.

    Raises DataError for a change that is not known, a strength out of its range, or images of another kind.
    """
    if not len(images):
        to_planes(images)
        return images.copy()
    given = _strengths(strengths, len(images))
    size = max(1, AT_ONCE // max(int(np.prod(images.shape[1:])), 1))
    named = np.arange(len(images)) if numbers is None else numbers
    parts = []
    for start in range(0, len(images), size):
        part = slice(start, start + size)
        parts.append(_part(images[part], {name: value[part] for name, value in given.items()}, named[part], seed, fill))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _part(images: NDArray[Any], given: dict[str, Floats], numbers: Ints, seed: int, fill: Fill) -> NDArray[Any]:
    planes = to_planes(images)
    if not given:
        return images.copy()
    planes = _looked(planes, given, numbers, seed, fill)
    found = np.moveaxis(planes, 1, -1).reshape(images.shape)
    if images.dtype == np.uint8:
        found *= np.float32(255)
        found = np.rint(found, out=found)
    made = found.astype(images.dtype, copy=False)
    same = ~np.any([value != 0 for value in given.values()], axis=0)
    if same.any():
        made[same] = images[same]           # those of 64 bits, too
    return np.ascontiguousarray(made)


def to_planes(images: NDArray[Any]) -> Planes:
    """float32[n, c, h, w] in 0…1; DataError where these are no images."""
    if images.ndim not in (3, 4) or 0 in images.shape[1:]:
        raise DataError(f"images are [n, height, width] or [n, height, width, channels], and these are "
                        f"{list(images.shape)}")
    if images.dtype != np.uint8 and images.dtype.kind != "f":
        raise DataError(f"images are uint8, or floats from 0 to 1, and these are {images.dtype}")
    whole = images if images.ndim == 4 else images[..., None]
    planes = np.ascontiguousarray(np.moveaxis(whole, -1, 1), dtype=np.float32)
    if images.dtype == np.uint8:
        planes /= np.float32(255)
        return planes
    if not np.isfinite(planes).all() or planes.min(initial=0) < 0 or planes.max(initial=0) > 1:
        raise DataError("images of floats lie in 0 to 1, and these do not: divide by 255, or leave them uint8; what a "
                        "model wants besides (mean, scale) it does itself")
    return planes


def _strengths(strengths: Mapping[str, float | Floats], rows: int) -> dict[str, Floats]:
    """float64[n] of each change that is not 0 everywhere."""
    found = {}
    for name, value in strengths.items():
        checked(name, value)
        spread = np.broadcast_to(np.asarray(value, dtype=np.float64), (rows,))
        if spread.any():
            found[name] = spread
    return found


def checked(name: str, strengths: float | Floats) -> Floats:
    """The strengths of a change; DataError where there is no such change or they lie out of its range."""
    if name not in CHANGES:
        raise DataError(f"there is no change {name} of images; there are {', '.join(CHANGES)}")
    change, values = CHANGES[name], np.asarray(strengths, dtype=np.float64)
    if not ((values >= change.lowest) & (values <= change.highest)).all():
        raise DataError(f"{name} goes from {change.lowest:g} to {change.highest:g} ({change.unit})")
    return values


def _looked(planes: Planes, given: dict[str, Floats], numbers: Ints, seed: int, fill: Fill) -> Planes:
    if "occlusion" in given:
        planes = covered(planes, given["occlusion"], _drawn(numbers, seed, 1, (2,), "random"), fill)
    moves: dict[str, Floats] = {name: given[name] for name in WARPS if name in given}
    if moves:
        alike = all((value == value[0]).all() for value in moves.values())
        moves = {name: value[:1] for name, value in moves.items()} if alike else moves
        planes = warped(planes, maps(moves, *planes.shape[2:]), fill)
    for name, look in LOOKS.items():
        if name in given:
            planes = look(planes, given[name].astype(np.float32))
    if "noise" in given:
        field = _drawn(numbers, seed, 0, planes.shape[1:], "standard_normal")
        planes = np.clip(planes + given["noise"].astype(np.float32)[:, None, None, None] * field, 0, 1)
    return compressed(planes, given["compression"]) if "compression" in given else planes


def _drawn(numbers: Ints, seed: int, what: int, shape: tuple[int, ...], law: str) -> Planes:
    """float32[n, …]: the same for a number, wherever it stands."""
    made = np.empty((len(numbers), *shape), dtype=np.float32)
    for row, number in enumerate(numbers.tolist()):
        chance = np.random.Generator(np.random.SFC64([seed, what, number]))
        made[row] = getattr(chance, law)(shape, dtype=np.float32)
    return made
