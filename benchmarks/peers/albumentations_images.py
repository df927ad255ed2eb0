"""albumentations: the same changes of the same images, one after the other, as it works.

``python -m benchmarks.peers.albumentations_images IMAGES OUT``; runs in an environment of its own. IMAGES is a .npy of
uint8[n, h, w, c]; OUT gets what each change made. ``--photos FOLDER OUT SIZE COUNT``: crops of photos as such a file.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import albumentations
import cv2
import numpy as np

from benchmarks.harness import cpu_seconds

TRANSFORMS: Final[dict[str, Any]] = {
    "rotation": albumentations.Affine(rotate=(17, 17), interpolation=cv2.INTER_LINEAR, p=1),
    "zoom": albumentations.Affine(scale=(1.2, 1.2), interpolation=cv2.INTER_LINEAR, p=1),
    "shift_x": albumentations.Affine(translate_px={"x": (3, 3), "y": (0, 0)}, interpolation=cv2.INTER_LINEAR, p=1),
    "shear": albumentations.Affine(shear={"x": (12, 12), "y": (0, 0)}, interpolation=cv2.INTER_LINEAR, p=1),
    "yaw": albumentations.Perspective(scale=(0.1, 0.1), p=1),
    "blur": albumentations.GaussianBlur(blur_limit=0, sigma_limit=(1.5, 1.5), p=1),
    "brightness": albumentations.RandomBrightnessContrast(
        brightness_limit=(0, 0), contrast_limit=(0.5, 0.5), p=1),
    "gamma": albumentations.RandomGamma(gamma_limit=(200, 200), p=1),
    "noise": albumentations.GaussNoise(std_range=(0.1, 0.1), p=1),
    "occlusion": albumentations.CoarseDropout(
        num_holes_range=(1, 1), hole_height_range=(0.4, 0.4), hole_width_range=(0.4, 0.4), p=1),
    "compression": albumentations.ImageCompression(quality_range=(50, 50), p=1),
}


def main(images: str, out: str) -> None:
    """CPU seconds of each change, all images, and what came out."""
    cv2.setNumThreads(1)
    given, seconds, made = np.load(images), {}, {}
    for name, transform in TRANSFORMS.items():
        transform(image=given[0])
        before = cpu_seconds()
        made[name] = np.stack([transform(image=image)["image"] for image in given])
        seconds[name] = cpu_seconds() - before
    np.savez(out, **made)
    print(json.dumps({"cpu": sum(seconds.values()), "seconds": seconds, "version": version("albumentations")}))


def photos(folder: str, out: str, size: str, count: str) -> None:
    """Square crops of the photos of a folder, made smaller to a size: of each as many, at drawn places."""
    chance, made, side = np.random.default_rng(0), [], int(size)
    for path in sorted(Path(folder).iterdir()):
        photo = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        for _ in range(int(count)):
            edge = int(min(photo.shape[:2]) * chance.uniform(0.75, 1))
            top, left = (int(chance.integers(0, length - edge + 1)) for length in photo.shape[:2])
            crop = photo[top:top + edge, left:left + edge]
            made.append(cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA))
    np.save(out, np.stack(made))
    print(json.dumps({"cpu": 0, "images": len(made)}))


if __name__ == "__main__":
    photos(*sys.argv[2:]) if sys.argv[1] == "--photos" else main(*sys.argv[1:])
